package io.tidemark.jobs.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** A metric group that remembers what was registered with it and with the groups below it. */
public final class RecordedMetrics extends UnregisteredMetricsGroup {
  private final Map<String, String> labels;
  private final Map<String, Metric> metrics;

  public RecordedMetrics() {
    this(Map.of(), new TreeMap<>());
  }

  private RecordedMetrics(Map<String, String> labels, Map<String, Metric> metrics) {
    this.labels = labels;
    this.metrics = metrics;
  }

  /** All metrics, each as {@code name{label=value, …}}. */
  public Map<String, Metric> all() {
    return metrics;
  }

  public long count(String series) {
    return ((Counter) metrics.get(series)).getCount();
  }

  public Object gauge(String series) {
    return ((Gauge<?>) metrics.get(series)).getValue();
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(labels);
    more.put(key, value);
    return new RecordedMetrics(more, metrics);
  }

  @Override
  public Counter counter(String name) {
    return record(name, new SimpleCounter());
  }

  @Override
  public <C extends Counter> C counter(String name, C counter) {
    return record(name, counter);
  }

  @Override
  public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
    return record(name, gauge);
  }

  @Override
  public <H extends Histogram> H histogram(String name, H histogram) {
    return record(name, histogram);
  }

  private <M extends Metric> M record(String name, M metric) {
    String series = name + labels;
    if (metrics.put(series, metric) != null) {
      throw new AssertionError("Registered twice: " + series);
    }
    return metric;
  }
}
