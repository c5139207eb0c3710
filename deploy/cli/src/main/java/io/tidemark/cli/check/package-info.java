/**
 * The gate of a pull request: which contracts are looked at and what they are compared with, what
 * was found, and the forms in which people and their tools read it.
 *
 * <p>What a change does is told by {@link io.tidemark.contract.review}; here is what has to run for
 * it: git, models, files and formats.
 */
@NullMarked
package io.tidemark.cli.check;

import org.jspecify.annotations.NullMarked;
