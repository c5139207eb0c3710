/** Tests of the faults and of the account, without a cluster but in the system test. */
@NullMarked
package io.tidemark.cli.chaos;

import org.jspecify.annotations.NullMarked;
