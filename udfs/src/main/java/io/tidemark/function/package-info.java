/**
 * Functions of a single row, such as the expressions of row features: no state, no Flink. What
 * looks at more than one row belongs in {@code io.tidemark.aggregate}.
 */
@NullMarked
package io.tidemark.function;

import org.jspecify.annotations.NullMarked;
