package io.tidemark.runtime;

import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.Metric;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tidemark's metrics as Prometheus wants them: counters as counters, {@link BucketHistogram}s as
 * histograms, each family once however many operators and subtasks have a metric of its name, with
 * the help text of {@code series-help.properties}.
 *
 * <p>Every series has the labels of its own metric, so that metrics of one name may differ in their
 * labels, as the ones of two operators do where only one of them is keyed. A metric of a name that
 * another type has already is refused, and said so in the log: Prometheus knows one type per name.
 * Of two metrics with the same name and labels the younger counts: the older one belongs to a task
 * that is about to go.
 *
 * <p>Thread-safe.
 */
public final class SeriesCollector extends Collector {
  /** What the names of our metrics begin with. */
  public static final String PREFIX = "tidemark_";

  private static final Logger LOG = LoggerFactory.getLogger(SeriesCollector.class);
  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.98, 0.99, 0.999};

  private final Map<String, Family> families = new TreeMap<>(); // guarded by this

  /**
   * Exports a metric from now on.
   *
   * @param labels in the order they are to be shown
   */
  public synchronized void add(String name, Map<String, String> labels, Metric metric) {
    Type type = type(metric);
    Family family = families.computeIfAbsent(name, ignored -> new Family(type));
    if (family.type == type) {
      family.metrics.put(Labels.of(labels), metric);
    } else {
      LOG.warn(
          "Metric {} is a {} and not exported: another one of this name is a {}. Rename one of"
              + " them",
          name,
          type,
          family.type);
    }
  }

  /** Exports a metric no more. */
  public synchronized void remove(String name, Map<String, String> labels, Metric metric) {
    Family family = families.get(name);
    if (family != null) {
      family.metrics.remove(Labels.of(labels), metric);
      if (family.metrics.isEmpty()) {
        families.remove(name);
      }
    }
  }

  @Override
  public List<MetricFamilySamples> collect() {
    List<MetricFamilySamples> collected = new ArrayList<>();
    // Metrics are asked outside the lock: a gauge that takes its time must not hold up a task.
    copyOfFamilies()
        .forEach(
            (name, family) -> {
              Samples samples = new Samples(name);
              family.metrics.forEach(samples::add);
              collected.add(
                  new MetricFamilySamples(name, family.type, SeriesHelp.of(name), samples.samples));
            });
    return collected;
  }

  private synchronized Map<String, Family> copyOfFamilies() {
    Map<String, Family> copy = new TreeMap<>();
    families.forEach((name, family) -> copy.put(name, family.copy()));
    return copy;
  }

  private static Type type(Metric metric) {
    return switch (metric.getMetricType()) {
      case COUNTER -> Type.COUNTER;
      case GAUGE, METER -> Type.GAUGE;
      case HISTOGRAM -> metric instanceof BucketHistogram ? Type.HISTOGRAM : Type.SUMMARY;
    };
  }

  /** All metrics of one name. */
  private static final class Family {
    private final Type type;
    private final Map<Labels, Metric> metrics = new LinkedHashMap<>();

    Family(Type type) {
      this.type = type;
    }

    Family copy() {
      Family copy = new Family(type);
      copy.metrics.putAll(metrics);
      return copy;
    }
  }

  /** Names and values of one metric's labels, side by side. */
  private record Labels(List<String> names, List<String> values) {
    static Labels of(Map<String, String> labels) {
      return new Labels(List.copyOf(labels.keySet()), List.copyOf(labels.values()));
    }

    Labels with(String name, double value) {
      List<String> moreNames = new ArrayList<>(names);
      moreNames.add(name);
      List<String> moreValues = new ArrayList<>(values);
      moreValues.add(doubleToGoString(value));
      return new Labels(moreNames, moreValues);
    }
  }

  /** The samples of one family. */
  private static final class Samples {
    private final String name;
    private final List<MetricFamilySamples.Sample> samples = new ArrayList<>();

    Samples(String name) {
      this.name = name;
    }

    void add(Labels labels, Metric metric) {
      if (metric instanceof BucketHistogram histogram) {
        addBuckets(labels, histogram);
      } else if (metric instanceof Histogram histogram) {
        addQuantiles(labels, histogram);
      } else if (metric instanceof Counter counter) {
        add("", labels, (double) counter.getCount());
      } else if (metric instanceof Meter meter) {
        add("", labels, meter.getRate());
      } else if (metric instanceof Gauge<?> gauge) {
        Double value = number(gauge.getValue());
        if (value != null) { // a gauge that has nothing to say has no series
          add("", labels, value);
        }
      }
    }

    private void addBuckets(Labels labels, BucketHistogram histogram) {
      double[] upperBounds = histogram.upperBounds();
      double sum = histogram.sum();
      long[] counts = histogram.snapshot();
      long count = 0;
      for (int bucket = 0; bucket < counts.length; bucket++) {
        count += counts[bucket];
        double bound = bucket < upperBounds.length ? upperBounds[bucket] : Double.POSITIVE_INFINITY;
        add("_bucket", labels.with("le", bound), (double) count);
      }
      add("_sum", labels, sum);
      add("_count", labels, (double) count);
    }

    private void addQuantiles(Labels labels, Histogram histogram) {
      HistogramStatistics statistics = histogram.getStatistics();
      for (double quantile : QUANTILES) {
        add("", labels.with("quantile", quantile), statistics.getQuantile(quantile));
      }
      add("_count", labels, (double) histogram.getCount());
    }

    private void add(String suffix, Labels labels, double value) {
      samples.add(
          new MetricFamilySamples.Sample(name + suffix, labels.names(), labels.values(), value));
    }

    private static @Nullable Double number(@Nullable Object value) {
      if (value instanceof Number number) {
        return number.doubleValue();
      }
      return value instanceof Boolean is ? Double.valueOf(is ? 1 : 0) : null;
    }
  }
}
