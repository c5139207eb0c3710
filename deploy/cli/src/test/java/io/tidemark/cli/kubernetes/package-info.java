@NullMarked
package io.tidemark.cli.kubernetes;

import org.jspecify.annotations.NullMarked;
