/**
 * The command line: one class per command, each of which reads its arguments, calls what does the
 * work, and says in one line what came of it. What a command executes belongs in the packages below
 * this one or in {@code io.tidemark.jobs}.
 *
 * <p>Exit codes: 0 fine; 1 findings, or a run that failed; 2 wrong usage.
 */
@NullMarked
package io.tidemark.cli;

import org.jspecify.annotations.NullMarked;
