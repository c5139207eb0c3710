package io.tidemark.jobs.join;

import io.tidemark.jobs.event.EventTimeLag;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of one entity's features, all with the label {@code contract}, the feature contract's
 * name; with a stock reporter {@code flink_taskmanager_job_task_operator_contract_} stands before
 * each name.
 *
 * <ul>
 *   <li>{@code tidemark_events_late_total}: events that came behind the watermark, counted by the
 *       first operator that finds them late
 *   <li>{@code tidemark_events_duplicate_total}: events whose id was accepted before
 *   <li>{@code tidemark_feature_values_skipped_total}: values of accepted events that enter no
 *       aggregate: null, NaN or infinite
 *   <li>{@code tidemark_feature_freshness_seconds}: the clock less the newest event time the
 *       features hold; NaN from a start until the first event
 * </ul>
 *
 * <p>Counted by the task thread alone; the newest time is read by the thread that reports.
 */
final class FusionMetrics {
  final Counter late;
  final Counter duplicates;
  private final Counter skipped;
  private final AtomicLong newestMillis = new AtomicLong(Long.MIN_VALUE);

  FusionMetrics(MetricGroup operator, String contract, LongSupplier clockMillis) {
    MetricGroup group = operator.addGroup("contract", contract);
    late = group.counter("tidemark_events_late_total");
    duplicates = group.counter("tidemark_events_duplicate_total");
    skipped = group.counter("tidemark_feature_values_skipped_total");
    group.gauge(
        "tidemark_feature_freshness_seconds",
        new EventTimeLag(newestMillis::getOpaque, clockMillis));
  }

  /**
   * Tells that the features now hold an event of this time.
   *
   * @param skippedValues how many of its values enter no aggregate
   */
  void took(long timeMillis, int skippedValues) {
    skipped.inc(skippedValues);
    if (timeMillis > newestMillis.getPlain()) {
      newestMillis.setOpaque(timeMillis); // one writer: nothing is lost
    }
  }
}
