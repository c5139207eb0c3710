package io.tidemark.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.DefaultJobExecutionStatusEvent;
import org.apache.flink.core.execution.JobStatusChangedEvent;
import org.apache.flink.core.execution.JobStatusChangedListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class FinishedJobsTest {
  private static final Instant NOON = Instant.parse("2025-01-01T12:00:00.500Z");

  private static final JobID ID = new JobID(1, 1);

  private final FinishedJobs jobs = new FinishedJobs();
  private final JobStatusChangedListener listener =
      new FinishedJobsListener(jobs, Clock.fixed(NOON, ZoneOffset.UTC)).createListener(null);

  @Test
  void aJobThatHasFinishedIsKeptWithItsTime() {
    listener.onEvent(change(JobStatus.FINISHED));

    assertThat(jobs.last()).isEqualTo(Map.of(ID, new FinishedJob("fraud", NOON)));
  }

  @ParameterizedTest
  @EnumSource(names = "FINISHED", mode = Mode.EXCLUDE)
  void noOtherChangeIsAFinish(JobStatus status) {
    listener.onEvent(change(status));

    assertThat(jobs.last()).isEmpty();
  }

  @Test
  void otherEventsOfAJobAreNone() {
    listener.onEvent(
        new JobStatusChangedEvent() {
          @Override
          public JobID jobId() {
            return new JobID();
          }

          @Override
          public String jobName() {
            return "fraud";
          }
        });

    assertThat(jobs.last()).isEmpty();
  }

  @Test
  void jobsOfOneNameAreToldApart() {
    FinishedJob first = new FinishedJob("fraud", NOON);
    FinishedJob second = new FinishedJob("fraud", NOON.plusSeconds(7));
    jobs.add(ID, first);
    jobs.add(new JobID(1, 2), second);

    assertThat(jobs.last()).isEqualTo(Map.of(ID, first, new JobID(1, 2), second));
  }

  @Test
  void theLastFinishOfAnIdCounts() {
    FinishedJob again = new FinishedJob("fraud", NOON.plusSeconds(7));
    jobs.add(ID, new FinishedJob("fraud", NOON));
    jobs.add(ID, again);

    assertThat(jobs.last()).isEqualTo(Map.of(ID, again));
  }

  @Test
  void jobsThatFinishedLongAgoAreForgotten() {
    FinishedJob job = new FinishedJob("fraud", NOON);
    jobs.add(new JobID(2, 0), job);
    jobs.add(ID, job);
    for (int i = 1; i < 256; i++) {
      jobs.add(ID, job);
      jobs.add(new JobID(2, i), job);
    }

    assertThat(jobs.last())
        .hasSize(256)
        .containsKeys(ID, new JobID(2, 255))
        .doesNotContainKey(new JobID(2, 0));
  }

  @Test
  void prometheusGetsSecondsUnderTheNamesOfTheOtherSeries() {
    FinishedJobsCollector collector =
        new FinishedJobsCollector(jobs, name -> name.replace(' ', '_'));
    assertThat(collector.collect()).isEmpty();

    jobs.add(ID, new FinishedJob("card fraud", NOON));

    String name = "tidemark_job_finished_timestamp_seconds";
    assertThat(collector.collect())
        .singleElement()
        .satisfies(family -> assertThat(family.help).startsWith("When the job finished"))
        .extracting(family -> family.samples)
        .isEqualTo(
            List.of(
                new Sample(
                    name,
                    List.of("job_name", "job_id"),
                    List.of("card_fraud", ID.toHexString()),
                    NOON.toEpochMilli() / 1e3)));
    assertThat(new FinishedJobsCollector(jobs, UnaryOperator.identity()).collect())
        .singleElement()
        .satisfies(
            family ->
                assertThat(family.samples.get(0).labelValues)
                    .isEqualTo(List.of("card fraud", ID.toHexString())));
  }

  private static DefaultJobExecutionStatusEvent change(JobStatus status) {
    return new DefaultJobExecutionStatusEvent(ID, "fraud", JobStatus.RUNNING, status, null);
  }
}
