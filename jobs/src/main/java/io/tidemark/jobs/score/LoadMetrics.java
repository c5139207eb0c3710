package io.tidemark.jobs.score;

import io.tidemark.runtime.BucketHistogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * The metrics of loading models, of one subtask:
 *
 * <ul>
 *   <li>{@code tidemark_models_loaded_total}: versions loaded
 *   <li>{@code tidemark_models_refused_total}: versions not used, by {@code reason}, see {@link
 *       Refusal}
 *   <li>{@code tidemark_models_evicted_total}: versions unloaded to make room for others
 *   <li>{@code tidemark_models_bytes}: size of the files of the versions that are loaded
 *   <li>{@code tidemark_model_load_seconds}: from the first record of a version until it can score,
 *       with its check, warm-up and golden rows
 * </ul>
 *
 * <p>Thread-safe: versions are loaded by threads of their own, one at a time for the histogram.
 */
final class LoadMetrics {
  final Counter evicted = new ThreadSafeSimpleCounter();
  final AtomicLong bytes = new AtomicLong();
  private final Counter loaded = new ThreadSafeSimpleCounter();
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final BucketHistogram seconds;

  LoadMetrics(MetricGroup operator) {
    operator.counter("tidemark_models_loaded_total", loaded);
    operator.counter("tidemark_models_evicted_total", evicted);
    operator.gauge("tidemark_models_bytes", (Gauge<Long>) bytes::get);
    this.seconds = operator.histogram("tidemark_model_load_seconds", BucketHistogram.ofLatency());
    for (Refusal refusal : Refusal.values()) {
      refused.put(
          refusal,
          operator
              .addGroup("reason", refusal.label())
              .counter("tidemark_models_refused_total", new ThreadSafeSimpleCounter()));
    }
  }

  synchronized void loaded(long nanos) {
    loaded.inc();
    seconds.update(nanos);
  }

  void refused(Refusal refusal) {
    Counter counter = refused.get(refusal);
    if (counter != null) { // every refusal has one
      counter.inc();
    }
  }
}
