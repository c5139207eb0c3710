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

  private final FinishedJobs jobs = new FinishedJobs();
  private final JobStatusChangedListener listener =
      new FinishedJobsListener(jobs, Clock.fixed(NOON, ZoneOffset.UTC)).createListener(null);

  @Test
  void aJobThatHasFinishedIsKeptWithItsTime() {
    listener.onEvent(change("fraud", JobStatus.FINISHED));

    assertThat(jobs.ends()).isEqualTo(Map.of("fraud", NOON));
  }

  @ParameterizedTest
  @EnumSource(names = "FINISHED", mode = Mode.EXCLUDE)
  void noOtherChangeIsAFinish(JobStatus status) {
    listener.onEvent(change("fraud", status));

    assertThat(jobs.ends()).isEmpty();
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

    assertThat(jobs.ends()).isEmpty();
  }

  @Test
  void theLastFinishOfANameCounts() {
    jobs.add("fraud", NOON);
    jobs.add("fraud", NOON.plusSeconds(7));

    assertThat(jobs.ends()).isEqualTo(Map.of("fraud", NOON.plusSeconds(7)));
  }

  @Test
  void namesThatNeverComeAgainAreForgottenInTime() {
    jobs.add("first", NOON);
    jobs.add("again", NOON);
    for (int i = 0; i < 255; i++) {
      jobs.add("again", NOON);
      jobs.add("run-" + i, NOON);
    }

    assertThat(jobs.ends())
        .hasSize(256)
        .containsKeys("again", "run-254")
        .doesNotContainKey("first");
  }

  @Test
  void prometheusGetsSecondsUnderTheNamesOfTheOtherSeries() {
    FinishedJobsCollector collector =
        new FinishedJobsCollector(jobs, name -> name.replace(' ', '_'));
    assertThat(collector.collect()).isEmpty();

    jobs.add("card fraud", NOON);

    String name = "tidemark_job_finished_timestamp_seconds";
    assertThat(collector.collect())
        .singleElement()
        .satisfies(family -> assertThat(family.help).startsWith("When the last job"))
        .extracting(family -> family.samples)
        .isEqualTo(
            List.of(
                new Sample(
                    name, List.of("job_name"), List.of("card_fraud"), NOON.toEpochMilli() / 1e3)));
    assertThat(new FinishedJobsCollector(jobs, UnaryOperator.identity()).collect())
        .singleElement()
        .satisfies(
            family ->
                assertThat(family.samples.get(0).labelValues).isEqualTo(List.of("card fraud")));
  }

  private static DefaultJobExecutionStatusEvent change(String jobName, JobStatus status) {
    return new DefaultJobExecutionStatusEvent(
        new JobID(), jobName, JobStatus.RUNNING, status, null);
  }
}
