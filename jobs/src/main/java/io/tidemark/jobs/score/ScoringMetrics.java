package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * The metrics of scoring, all with the labels {@code model}, {@code version} and {@code provider}
 * ({@code cpu} or {@code cuda}); Flink's reporter puts {@code
 * flink_taskmanager_job_task_operator_model_version_provider_} before each name:
 *
 * <ul>
 *   <li>{@code tidemark_scored_total}: records scored by the model
 *   <li>{@code tidemark_degraded_total}: records the fallback answered, by {@code error_type}:
 *       {@code model_timeout}, {@code inference_error}, {@code non_finite_score}, {@code
 *       input_schema_violation}; the label's name comes before the metric's too
 *   <li>{@code tidemark_rejected_total}: records not scored because a feature was missing
 *   <li>{@code tidemark_scoring_in_flight}: records taken and not yet answered
 *   <li>{@code tidemark_batch_rows}: rows per batch
 *   <li>{@code tidemark_inference_nanos}: nanoseconds per call of the engine
 * </ul>
 *
 * <p>Not thread-safe: counted by the task thread, once per batch where that is possible.
 */
final class ScoringMetrics {
  private static final int HISTOGRAM_SAMPLES = 1024;

  final Counter scored;
  final Counter timedOut;
  final Counter failed;
  final Counter nonFinite;
  final Counter unfit;
  final Counter rejected;
  private final Histogram batchRows;
  private final Histogram inferenceNanos;
  private final MetricGroup group;

  ScoringMetrics(MetricGroup operator, ModelContract contract, String provider) {
    this.group =
        operator
            .addGroup("model", contract.metadata().name())
            .addGroup("version", contract.metadata().version().toString())
            .addGroup("provider", provider);
    this.scored = group.counter("tidemark_scored_total");
    this.timedOut = degraded("model_timeout");
    this.failed = degraded("inference_error");
    this.nonFinite = degraded("non_finite_score");
    this.unfit = degraded("input_schema_violation");
    this.rejected = group.counter("tidemark_rejected_total");
    this.batchRows = histogram("tidemark_batch_rows");
    this.inferenceNanos = histogram("tidemark_inference_nanos");
  }

  void watchInFlight(IntSupplier inFlight) {
    group.gauge("tidemark_scoring_in_flight", (Gauge<Integer>) inFlight::getAsInt);
  }

  void inferred(int rows, long nanos) {
    batchRows.update(rows);
    inferenceNanos.update(nanos);
  }

  private Counter degraded(String errorType) {
    return group.addGroup("error_type", errorType).counter("tidemark_degraded_total");
  }

  private Histogram histogram(String name) {
    return group.histogram(name, new DescriptiveStatisticsHistogram(HISTOGRAM_SAMPLES));
  }
}
