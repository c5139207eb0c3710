package io.tidemark.jobs.event;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The metrics of accepting events, all with the label {@code event}, the contract's name; with a
 * stock reporter {@code flink_taskmanager_job_task_operator_event_} stands before each name, and
 * {@code reason_} too where that is a label.
 *
 * <ul>
 *   <li>{@code tidemark_events_accepted_total}: events
 *   <li>{@code tidemark_events_rejected_total}: records, by {@code reason}, see {@link
 *       RejectionReason#label}
 *   <li>{@code tidemark_watermark_lag_seconds}: the clock less the watermark; NaN before the first
 *       watermark
 * </ul>
 *
 * <p>Not thread-safe: counted by the task thread.
 */
final class AcceptanceMetrics {
  final Counter accepted;
  private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);

  /**
   * @param event name of the event's contract
   * @param watermarkMillis read by the thread that reports; may be a moment old
   */
  AcceptanceMetrics(
      MetricGroup operator, String event, LongSupplier watermarkMillis, LongSupplier clockMillis) {
    MetricGroup group = operator.addGroup("event", event);
    accepted = group.counter("tidemark_events_accepted_total");
    for (RejectionReason reason : RejectionReason.values()) {
      rejected.put(
          reason,
          group.addGroup("reason", reason.label()).counter("tidemark_events_rejected_total"));
    }
    group.gauge("tidemark_watermark_lag_seconds", new EventTimeLag(watermarkMillis, clockMillis));
  }

  Counter rejected(RejectionReason reason) {
    return rejected.get(reason);
  }
}
