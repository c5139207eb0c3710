/**
 * Proof on a cluster of real processes that the scoring job neither loses nor doubles a payment
 * though its processes and its broker die: the faults, who watches the job, who reads what it
 * wrote, and the account of it all. How a cluster is run is not this package's business.
 */
@NullMarked
package io.tidemark.cli.chaos;

import org.jspecify.annotations.NullMarked;
