package io.tidemark.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.event.RecordedMetrics;
import org.junit.jupiter.api.Test;

class FusionMetricsTest {
  private final RecordedMetrics recorded = new RecordedMetrics();
  private final FusionMetrics metrics = new FusionMetrics(recorded, "by_user", () -> 10_000);

  @Test
  void freshnessIsOfTheNewestEventWhateverCameLast() {
    String freshness = "tidemark_feature_freshness_seconds{contract=by_user}";
    assertThat(recorded.gauge(freshness)).isEqualTo(Double.NaN);

    metrics.took(9_000, 0);
    metrics.took(4_000, 0);

    assertThat(recorded.gauge(freshness)).isEqualTo(1.0);
  }

  @Test
  void lateAndDuplicateEventsAreCountedByContract() {
    metrics.late.inc();
    metrics.duplicates.inc(2);

    assertThat(recorded.count("tidemark_events_late_total{contract=by_user}")).isEqualTo(1);
    assertThat(recorded.count("tidemark_events_duplicate_total{contract=by_user}")).isEqualTo(2);
  }

  @Test
  void valuesThatEnterNoAggregateAreCounted() {
    metrics.took(1_000, 2);
    metrics.took(2_000, 0);
    metrics.took(3_000, 1);

    assertThat(recorded.count("tidemark_feature_values_skipped_total{contract=by_user}"))
        .isEqualTo(3);
  }
}
