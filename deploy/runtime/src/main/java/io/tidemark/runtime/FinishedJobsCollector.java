package io.tidemark.runtime;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * {@link FinishedJobs} for Prometheus: {@code tidemark_job_finished_timestamp_seconds}, by {@code
 * job_name} and {@code job_id}, when a job finished, in seconds since the epoch. By the id too, for
 * a job that is missed must not pass for another one of its name that has finished. Nothing where
 * none has.
 */
public final class FinishedJobsCollector extends Collector {
  private static final String NAME = SeriesCollector.PREFIX + "job_finished_timestamp_seconds";
  private static final double MILLIS_PER_SECOND = 1e3;

  private final FinishedJobs jobs;
  private final UnaryOperator<String> labelValue;

  /**
   * @param labelValue how the names of jobs are written as labels of all other series
   */
  public FinishedJobsCollector(FinishedJobs jobs, UnaryOperator<String> labelValue) {
    this.jobs = jobs;
    this.labelValue = labelValue;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily family =
        new GaugeMetricFamily(NAME, SeriesHelp.of(NAME), List.of("job_name", "job_id"));
    jobs.last()
        .forEach(
            (id, job) ->
                family.addMetric(
                    List.of(labelValue.apply(job.name()), id.toHexString()),
                    job.end().toEpochMilli() / MILLIS_PER_SECOND));
    return family.samples.isEmpty() ? List.of() : List.of(family);
  }
}
