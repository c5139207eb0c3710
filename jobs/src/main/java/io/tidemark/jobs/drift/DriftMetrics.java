package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftKind;
import io.tidemark.jobs.event.DriftReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of drift. Gauges have the labels {@code model}, {@code version}, {@code kind} ({@code
 * feature} or {@code score}) and {@code feature}, and speak of the last complete window of the
 * version; they are NaN while there is none, and the distances too while the window held less than
 * the minimum sample:
 *
 * <ul>
 *   <li>{@code tidemark_drift_ks}: Kolmogorov-Smirnov distance from the baseline, a lower bound
 *   <li>{@code tidemark_drift_ks_error}: how much larger it can be at most
 *   <li>{@code tidemark_drift_psi}: population stability index
 *   <li>{@code tidemark_drift_sample_size}: values in the window; 0 while there is none
 *   <li>{@code tidemark_drift_window_end_seconds}: end of the window since the epoch, event time
 *   <li>{@code tidemark_drift_missing_ratio}: share of records with no value of their own
 * </ul>
 *
 * Counters with the labels {@code model} and {@code version}:
 *
 * <ul>
 *   <li>{@code tidemark_drift_late_total}: records whose window was already closed
 *   <li>{@code tidemark_drift_unmeasured_total}: records of a version without a baseline, or
 *       counted before a restart for a baseline or a window that the job no longer has
 * </ul>
 *
 * <p>Reports are shown by the task thread and read by reporters.
 */
final class DriftMetrics {
  private static final double NONE = Double.NaN;

  private final MetricGroup modelGroup;
  private final Map<String, MetricGroup> versions = new HashMap<>();
  private final Map<String, Counter> late = new HashMap<>();
  private final Map<String, Counter> unmeasured = new HashMap<>();
  private final Map<Labels, Shown> shown = new HashMap<>();

  DriftMetrics(MetricGroup operator, String model) {
    this.modelGroup = operator.addGroup("model", model);
  }

  Counter late(String version) {
    return late.computeIfAbsent(
        version, name -> version(name).counter("tidemark_drift_late_total"));
  }

  Counter unmeasured(String version) {
    return unmeasured.computeIfAbsent(
        version, name -> version(name).counter("tidemark_drift_unmeasured_total"));
  }

  /** Registers the gauges of a version. */
  void watch(Baseline baseline) {
    for (ReferenceDistribution feature : baseline.features()) {
      watch(new Labels(baseline.version(), DriftKind.FEATURE, feature.name()));
    }
    watch(new Labels(baseline.version(), DriftKind.SCORE, baseline.score().name()));
  }

  void show(DriftReport report) {
    Shown gauges = shown.get(Labels.of(report));
    if (gauges != null) {
      gauges.report = report;
    }
  }

  /** Takes back what was shown for windows that ended before a time. */
  void withdrawBefore(long timeMillis) {
    for (Shown gauges : shown.values()) {
      DriftReport report = gauges.report;
      if (report != null && report.windowEndMillis() < timeMillis) {
        gauges.report = null;
      }
    }
  }

  /** What is shown now, in a fixed order. */
  List<DriftReport> shown() {
    List<DriftReport> reports = new ArrayList<>();
    for (Shown gauges : shown.values()) {
      DriftReport report = gauges.report;
      if (report != null) {
        reports.add(report);
      }
    }
    reports.sort(
        Comparator.comparing(DriftReport::version)
            .thenComparing(DriftReport::kind)
            .thenComparing(DriftReport::feature));
    return reports;
  }

  private void watch(Labels labels) {
    Shown gauges = new Shown();
    shown.put(labels, gauges);
    MetricGroup group =
        version(labels.version)
            .addGroup("kind", labels.kind.label())
            .addGroup("feature", labels.feature);
    group.gauge("tidemark_drift_ks", gauges.distance(DriftReport::ks));
    group.gauge("tidemark_drift_ks_error", gauges.distance(DriftReport::ksError));
    group.gauge("tidemark_drift_psi", gauges.distance(DriftReport::psi));
    group.gauge("tidemark_drift_sample_size", gauges.of(DriftReport::rows, 0));
    group.gauge(
        "tidemark_drift_window_end_seconds",
        gauges.of(report -> report.windowEndMillis() / 1e3, NONE));
    group.gauge("tidemark_drift_missing_ratio", gauges.of(DriftReport::missingRatio, NONE));
  }

  private MetricGroup version(String version) {
    return versions.computeIfAbsent(version, name -> modelGroup.addGroup("version", name));
  }

  private record Labels(String version, DriftKind kind, String feature) {
    static Labels of(DriftReport report) {
      return new Labels(report.version(), report.kind(), report.feature());
    }
  }

  /** The report behind the gauges of one feature. */
  private static final class Shown {
    private volatile @Nullable DriftReport report;

    Gauge<Double> of(ToDoubleFunction<DriftReport> value, double otherwise) {
      return () -> {
        DriftReport read = report;
        return read == null ? otherwise : value.applyAsDouble(read);
      };
    }

    Gauge<Double> distance(ToDoubleFunction<DriftReport> value) {
      return of(read -> read.isConclusive() ? value.applyAsDouble(read) : NONE, NONE);
    }
  }
}
