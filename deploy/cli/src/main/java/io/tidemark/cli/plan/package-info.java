/**
 * How the plan from a savepoint is shown. Belongs here: forms of the report; what becomes of state
 * is told by the jobs themselves.
 */
@NullMarked
package io.tidemark.cli.plan;

import org.jspecify.annotations.NullMarked;
