@NullMarked
package io.tidemark.cli.dashboard;

import org.jspecify.annotations.NullMarked;
