/**
 * The vocabulary of Tidemark: events, features and models as immutable records, the YAML reader
 * that makes them, and the validation that refuses what cannot work.
 *
 * <p>What may stand in a file is explained in {@code contracts/README.md} and, key by key, in
 * {@code schema/*.json}. A feature's aggregate and window are read by {@link
 * io.tidemark.contract.AggregateReader} and {@link io.tidemark.contract.WindowReader}; what they
 * cost in state is {@link io.tidemark.contract.StateEstimate}.
 *
 * <p>Nothing here executes a feature and nothing here knows Flink: the same records serve the
 * command line, a pull-request check and a running job. What an aggregate computes belongs in
 * {@code io.tidemark.aggregate}; what compares two sets of contracts belongs in {@code
 * io.tidemark.contract.review}.
 */
@NullMarked
package io.tidemark.contract;

import org.jspecify.annotations.NullMarked;
