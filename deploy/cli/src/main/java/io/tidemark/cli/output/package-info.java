/** What a command leaves behind for its user: files that are whole or not there, and progress. */
@NullMarked
package io.tidemark.cli.output;

import org.jspecify.annotations.NullMarked;
