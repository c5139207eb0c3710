@NullMarked
package io.tidemark.cli.bench.check;

import org.jspecify.annotations.NullMarked;
