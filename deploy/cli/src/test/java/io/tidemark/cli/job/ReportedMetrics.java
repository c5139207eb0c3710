package io.tidemark.cli.job;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * The metrics of this JVM's jobs as a reporter is told of them; they stay readable after the job.
 * Thread-safe.
 */
final class ReportedMetrics implements MetricReporter {
  private static final List<Reported> REPORTED = new CopyOnWriteArrayList<>();

  private record Reported(String name, Map<String, String> variables, Metric metric) {
    boolean is(String job, String metricName) {
      return name.equals(metricName) && job.equals(variables.get("<job_name>"));
    }
  }

  static void report(Configuration configuration) {
    configuration.set(MetricOptions.REPORTERS_LIST, "test");
    configuration.setString("metrics.reporter.test.factory.class", Factory.class.getName());
  }

  /** The sum of a counter over all subtasks whose variables are as wanted. */
  static long count(String job, String name, Predicate<Map<String, String>> wanted) {
    return REPORTED.stream()
        .filter(reported -> reported.is(job, name) && wanted.test(reported.variables))
        .mapToLong(reported -> ((Counter) reported.metric).getCount())
        .sum();
  }

  static long rejected(String job, String reason) {
    return count(
        job, "tidemark_events_rejected", variables -> reason.equals(variables.get("<reason>")));
  }

  /** The lowest watermark that has reached any subtask of the last keyed operator. */
  static long watermarkMillis(String job) {
    return REPORTED.stream()
        .filter(reported -> reported.is(job, "currentInputWatermark"))
        .filter(
            reported ->
                reported.variables.getOrDefault("<operator_name>", "").startsWith("terminal_risk"))
        .mapToLong(reported -> (Long) ((Gauge<?>) reported.metric).getValue())
        .min()
        .orElse(Long.MIN_VALUE);
  }

  static long completedCheckpoints(String job) {
    return REPORTED.stream()
        .filter(reported -> reported.is(job, "numberOfCompletedCheckpoints"))
        .mapToLong(reported -> ((Number) ((Gauge<?>) reported.metric).getValue()).longValue())
        .max()
        .orElse(0);
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    REPORTED.add(new Reported(name, Map.copyOf(group.getAllVariables()), metric));
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}

  /** Found by a service file. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new ReportedMetrics();
    }
  }
}
