package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AcceptanceMetricsTest {
  private final RecordedMetrics recorded = new RecordedMetrics();
  private final AtomicLong watermarkMillis = new AtomicLong(Long.MIN_VALUE);
  private final AcceptanceMetrics metrics =
      new AcceptanceMetrics(recorded, "payments", watermarkMillis::get, () -> 10_000);

  @Test
  void rejectionsAreCountedByReason() {
    metrics.accepted.inc();
    metrics.rejected(RejectionReason.MALFORMED).inc(2);

    assertThat(recorded.count("tidemark_events_accepted_total{event=payments}")).isEqualTo(1);
    assertThat(recorded.count("tidemark_events_rejected_total{event=payments, reason=malformed}"))
        .isEqualTo(2);
    assertThat(recorded.all()).hasSize(2 + RejectionReason.values().length);
  }

  @Test
  void watermarkLagIsUnknownAtFirstThenBehindTheClockAndNoneAtTheEnd() {
    String lag = "tidemark_watermark_lag_seconds{event=payments}";
    assertThat(recorded.gauge(lag)).isEqualTo(Double.NaN);

    watermarkMillis.set(7_500);
    assertThat(recorded.gauge(lag)).isEqualTo(2.5);

    watermarkMillis.set(Long.MAX_VALUE);
    assertThat(recorded.gauge(lag)).isEqualTo(0.0);
  }
}
