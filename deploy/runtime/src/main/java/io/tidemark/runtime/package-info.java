/**
 * What has to exist once per process rather than once per job: the ONNX Runtime sessions that all
 * subtasks share, the histograms that jobs fill and the process's reporter reads, and what has
 * become of jobs that are over. It lies in Flink's {@code lib/} and is loaded parent-first.
 *
 * <p>Depends on nothing of the project. What knows a contract, a feature or a score does not belong
 * here.
 */
@NullMarked
package io.tidemark.runtime;

import org.jspecify.annotations.NullMarked;
