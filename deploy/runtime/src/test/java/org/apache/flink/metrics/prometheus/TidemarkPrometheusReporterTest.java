package org.apache.flink.metrics.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.runtime.BucketHistogram;
import io.tidemark.runtime.FinishedJobsListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.DefaultJobExecutionStatusEvent;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.util.NetUtils;
import org.apache.flink.util.PortRange;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullMarked
class TidemarkPrometheusReporterTest {
  private static final MetricGroup FIRST = new Scope("operator_name", "a: b", "subtask_index", "0");
  private static final MetricGroup SECOND =
      new Scope("operator_name", "a: b", "subtask_index", "1");
  private static final MetricGroup KEYED = new Scope("operator_name", "keyed", "reason", "late");

  private final TidemarkPrometheusReporter reporter = reporter(Map.of());

  @AfterEach
  void close() {
    reporter.close();
  }

  @Test
  void flinkFindsItByItsServiceFile() {
    assertThat(ServiceLoader.load(MetricReporterFactory.class))
        .hasAtLeastOneElementOfType(TidemarkPrometheusReporterFactory.class);
  }

  @Test
  void counterOfSeveralSubtasksIsOneFamilyWithoutScope() {
    add(counter(3), "tidemark_events_late_total", FIRST);
    add(counter(4), "tidemark_events_late_total", SECOND);

    assertThat(scraped(reporter))
        .containsSequence(
            "# HELP tidemark_events_late_total"
                + " Events behind the watermark, answered without changing state",
            "# TYPE tidemark_events_late_total counter",
            "tidemark_events_late_total{operator_name=\"a: b\",subtask_index=\"0\",} 3.0",
            "tidemark_events_late_total{operator_name=\"a: b\",subtask_index=\"1\",} 4.0");
  }

  @Test
  void bucketHistogramIsATrueOne() {
    BucketHistogram histogram = new BucketHistogram(1, 1, 2.5e3);
    histogram.update(1);
    histogram.update(2_000);
    histogram.update(9_000);
    add(histogram, "tidemark_batch_rows", FIRST);

    String labels = "{operator_name=\"a: b\",subtask_index=\"0\",";
    assertThat(scraped(reporter))
        .containsSequence(
            "# TYPE tidemark_batch_rows histogram",
            "tidemark_batch_rows_bucket" + labels + "le=\"1.0\",} 1.0",
            "tidemark_batch_rows_bucket" + labels + "le=\"2500.0\",} 2.0",
            "tidemark_batch_rows_bucket" + labels + "le=\"+Inf\",} 3.0",
            "tidemark_batch_rows_sum" + labels + "} 11001.0",
            "tidemark_batch_rows_count" + labels + "} 3.0");
  }

  @Test
  void stockReporterExportsTheSameHistogramAsASummary() {
    PrometheusReporter stock = new PrometheusReporter(new PortRange("20500-32000"));
    try {
      BucketHistogram histogram = new BucketHistogram(1e-9, 1, 3);
      histogram.update(2_000_000_000L);
      stock.notifyOfAddedMetric(histogram, "tidemark_inference_seconds", FIRST);

      String name = "flink_scope_tidemark_inference_seconds";
      String labels = "{operator_name=\"a:_b\",subtask_index=\"0\",";
      assertThat(scraped(stock.getPort()))
          .contains(
              "# TYPE " + name + " summary",
              name + "_count" + labels + "} 1.0",
              name + labels + "quantile=\"0.5\",} 2.0");
    } finally {
      stock.close();
    }
  }

  @Test
  void metricsOfOneNameMayDifferInTheirLabels() {
    add(counter(1), "tidemark_events_rejected_total", FIRST);
    add(counter(2), "tidemark_events_rejected_total", KEYED);

    assertThat(scraped(reporter))
        .containsSequence(
            "# TYPE tidemark_events_rejected_total counter",
            "tidemark_events_rejected_total{operator_name=\"a: b\",subtask_index=\"0\",} 1.0",
            "tidemark_events_rejected_total{operator_name=\"keyed\",reason=\"late\",} 2.0");
  }

  @Test
  void secondTypeOfAFamilyIsRefusedAndTheFirstStays() {
    add(counter(1), "tidemark_scored_total", FIRST);
    Gauge<Integer> gauge = () -> 7;
    add(gauge, "tidemark_scored_total", SECOND);

    assertThat(scraped(reporter))
        .filteredOn(line -> line.startsWith("tidemark_scored_total"))
        .hasSize(1);

    reporter.notifyOfRemovedMetric(gauge, "tidemark_scored_total", SECOND);
    assertThat(scraped(reporter))
        .filteredOn(line -> line.startsWith("tidemark_scored_total"))
        .hasSize(1);
  }

  @Test
  void metricThatIsUnregisteredDisappearsAndTheLastOneTakesItsFamilyAlong() {
    Counter first = counter(1);
    Counter second = counter(2);
    add(first, "tidemark_scored_total", FIRST);
    add(second, "tidemark_scored_total", SECOND);

    reporter.notifyOfRemovedMetric(first, "tidemark_scored_total", FIRST);
    assertThat(scraped(reporter))
        .filteredOn(line -> line.startsWith("tidemark_scored_total"))
        .hasSize(1);

    reporter.notifyOfRemovedMetric(second, "tidemark_scored_total", SECOND);
    assertThat(scraped(reporter)).noneMatch(line -> line.contains("tidemark_scored_total"));
  }

  @Test
  void olderMetricThatGoesDoesNotTakeTheYoungerOneWithTheSameLabelsAlong() {
    Counter old = counter(1);
    add(old, "tidemark_scored_total", FIRST);
    add(counter(2), "tidemark_scored_total", FIRST);
    reporter.notifyOfRemovedMetric(old, "tidemark_scored_total", FIRST);

    assertThat(scraped(reporter))
        .contains("tidemark_scored_total{operator_name=\"a: b\",subtask_index=\"0\",} 2.0");
  }

  @Test
  void gaugeMayHaveNothingToSay() {
    Gauge<Double> nothing = () -> null;
    add(nothing, "tidemark_drift_psi", FIRST);
    Gauge<Double> unknown = () -> Double.NaN;
    add(unknown, "tidemark_drift_ks", FIRST);

    assertThat(scraped(reporter))
        .noneMatch(line -> line.startsWith("tidemark_drift_psi{"))
        .contains("tidemark_drift_ks{operator_name=\"a: b\",subtask_index=\"0\",} NaN");
  }

  @Test
  void flinksOwnMetricsKeepTheirNames() {
    add(counter(5), "numRecordsIn", FIRST);
    add(new FixedHistogram(), "checkpointDuration", FIRST);

    assertThat(scraped(reporter))
        .contains(
            "flink_scope_numRecordsIn{operator_name=\"a: b\",subtask_index=\"0\",} 5.0",
            "# TYPE flink_scope_checkpointDuration summary");
  }

  @Test
  void otherHistogramOfOursIsASummary() {
    add(new FixedHistogram(), "tidemark_other", FIRST);

    assertThat(scraped(reporter))
        .contains(
            "# TYPE tidemark_other summary",
            "tidemark_other{operator_name=\"a: b\",subtask_index=\"0\",quantile=\"0.99\",} 0.495",
            "tidemark_other_count{operator_name=\"a: b\",subtask_index=\"0\",} 1.0");
  }

  @Test
  void valuesOfLabelsAreFilteredWhereTheSettingIsLeftAtFlinksDefault() {
    TidemarkPrometheusReporter filtering = reporter(Map.of("filterLabelValueCharacters", "true"));
    try {
      filtering.notifyOfAddedMetric(counter(1), "tidemark_scored_total", FIRST);

      assertThat(scraped(filtering))
          .contains("tidemark_scored_total{operator_name=\"a:_b\",subtask_index=\"0\",} 1.0");
    } finally {
      filtering.close();
    }
  }

  @Test
  void whatHasFinishedInThisProcessIsServedByEveryReporter() {
    TidemarkPrometheusReporter filtering = reporter(Map.of("filterLabelValueCharacters", "true"));
    JobID id = new JobID();
    try {
      new FinishedJobsListener()
          .createListener(null)
          .onEvent(
              new DefaultJobExecutionStatusEvent(
                  id, "a: b", JobStatus.RUNNING, JobStatus.FINISHED, null));

      String labels = "{job_name=\"%s\",job_id=\"" + id.toHexString() + "\",} 1.";
      String name = "tidemark_job_finished_timestamp_seconds";
      assertThat(scraped(reporter))
          .contains("# TYPE " + name + " gauge")
          .anyMatch(line -> line.startsWith(name + labels.formatted("a: b")));
      assertThat(scraped(filtering))
          .anyMatch(line -> line.startsWith(name + labels.formatted("a:_b")));
    } finally {
      filtering.close();
    }
  }

  @Test
  void takesTheNextPortWhereOneIsTakenAndSaysWhereNoneIsFree() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      String range = port + ",0";
      TidemarkPrometheusReporter next =
          new TidemarkPrometheusReporter(
              "127.0.0.1", range, NetUtils.getPortRangeFromString(range));
      next.close();
      assertThat(next.port()).isNotEqualTo(port);

      String one = String.valueOf(port);
      Iterator<Integer> ports = List.of(port).iterator();
      assertThatThrownBy(() -> new TidemarkPrometheusReporter("0.0.0.0", one, ports))
          .hasMessageContaining("port '" + port + "'")
          .hasMessageContaining("Set 'port'");
    }
  }

  @Test
  void unknownHostIsNamed() {
    assertThatThrownBy(() -> reporter(Map.of("host", "no.such.host.invalid")))
        .hasMessageContaining("host 'no.such.host.invalid' is unknown");
  }

  private static TidemarkPrometheusReporter reporter(Map<String, String> settings) {
    MetricConfig config = new MetricConfig();
    config.setProperty("host", "127.0.0.1");
    config.setProperty("port", "0");
    config.setProperty("filterLabelValueCharacters", "false");
    config.putAll(settings);
    MetricReporter made = new TidemarkPrometheusReporterFactory().createMetricReporter(config);
    made.open(config);
    return (TidemarkPrometheusReporter) made;
  }

  private void add(Metric metric, String name, MetricGroup group) {
    reporter.notifyOfAddedMetric(metric, name, group);
  }

  private static Counter counter(long count) {
    Counter counter = new SimpleCounter();
    counter.inc(count);
    return counter;
  }

  private static List<String> scraped(TidemarkPrometheusReporter reporter) {
    return scraped(reporter.port());
  }

  private static List<String> scraped(int port) {
    try (InputStream in =
        URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Variables of a group, as Flink writes them. */
  private static final class Scope extends UnregisteredMetricsGroup
      implements LogicalScopeProvider {
    private final Map<String, String> variables = new LinkedHashMap<>();

    Scope(String... namesAndValues) {
      for (int i = 0; i < namesAndValues.length; i += 2) {
        variables.put("<" + namesAndValues[i] + ">", namesAndValues[i + 1]);
      }
    }

    @Override
    public Map<String, String> getAllVariables() {
      return variables;
    }

    @Override
    public String getLogicalScope(CharacterFilter filter) {
      return "scope";
    }

    @Override
    public String getLogicalScope(CharacterFilter filter, char delimiter) {
      return "scope";
    }

    @Override
    public MetricGroup getWrappedMetricGroup() {
      return this;
    }
  }

  /** A histogram that is not ours but counts as ours do, one value of at most 0.5. */
  private static final class FixedHistogram implements Histogram {
    private final BucketHistogram one = new BucketHistogram(0.5, 0.5);

    FixedHistogram() {
      one.update(1);
    }

    @Override
    public void update(long value) {
      one.update(value);
    }

    @Override
    public long getCount() {
      return one.getCount();
    }

    @Override
    public HistogramStatistics getStatistics() {
      return one.getStatistics();
    }
  }
}
