package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.RecordedMetrics;
import io.tidemark.runtime.BucketHistogram;
import java.util.stream.LongStream;
import org.apache.flink.metrics.Gauge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringMetricsTest {
  private static final ModelContract MODEL = TestModels.mlp(TestModels.batch(4));
  private static final String LABELS =
      "model=%s, version=%s, route=stable, provider=cpu"
          .formatted(MODEL.metadata().name(), MODEL.metadata().version());

  private final RecordedMetrics recorded = new RecordedMetrics();
  private final ScoringMetrics metrics = new ScoringMetrics(recorded, MODEL, "cpu", () -> 0);

  @Test
  void everySeriesNamesModelVersionRouteAndProvider() {
    assertThat(recorded.all().keySet()).allMatch(series -> series.contains("{" + LABELS));
  }

  @ParameterizedTest
  @CsvSource({
    "0, high",
    "0.1, high",
    "0.11, medium",
    "0.3, medium",
    "0.31, low",
    "0.5, low",
    "0.69, low",
    "0.7, medium",
    "0.89, medium",
    "0.9, high",
    "1, high",
    "1.01, none",
    "-0.01, none",
    "17.5, none"
  })
  void scoresAreCountedByConfidence(double score, String level) {
    BatchScores scores = new BatchScores(1);
    scores.set(0, score);
    metrics.inferred(scores, 1, 1_000_000);

    String series = "tidemark_scored_total{" + LABELS + ", confidence_level=" + level + "}";
    assertThat(recorded.count(series)).isEqualTo(1);
    assertThat(metrics.scoredCount()).isEqualTo(1);
  }

  @Test
  void eventToScoreIsMeasuredFromTheTopicAndNotForEventsFromFiles() {
    metrics.answered(0, 1_000);
    metrics.answered(993, 1_000);

    BucketHistogram latency = histogram("tidemark_event_to_score_seconds");
    assertThat(latency.getCount()).isEqualTo(1);
    assertThat(latency.sum()).isEqualTo(0.007);
  }

  @Test
  void batchIsMeasuredInRowsAndSeconds() {
    metrics.leftQueue(2_000_000);
    BatchScores scores = new BatchScores(4);
    metrics.inferred(scores, 3, 1_000_000);

    assertThat(histogram("tidemark_queue_wait_seconds").sum()).isEqualTo(0.002);
    assertThat(histogram("tidemark_inference_seconds").sum()).isEqualTo(0.001);
    assertThat(histogram("tidemark_batch_rows").sum()).isEqualTo(3);
    assertThat(LongStream.of(histogram("tidemark_batch_rows").snapshot()).limit(4))
        .as("up to 1, 2, 4, 8")
        .containsExactly(0L, 0L, 1L, 0L);
  }

  @Test
  void rowsOfABatchAreCountedByWhatBecameOfThem() {
    BatchScores scores = new BatchScores(4);
    scores.set(0, 0.9, 0.9f, 0.25f);
    scores.set(1, Double.NaN);
    scores.set(2, 0.7, 0.7f, 0.75f);
    scores.fail(3);
    metrics.inferred(scores, 4, 1_000_000);

    assertThat(metrics.scoredCount()).isEqualTo(2);
    assertThat(metrics.nonFinite.getCount()).isEqualTo(1);
    assertThat(metrics.failed.getCount()).isEqualTo(1);
    assertThat(histogram("tidemark_score").sum()).isCloseTo(1.6, within(1e-9));
    assertThat(gauge("tidemark_confidence_mean")).isCloseTo(0.8, within(1e-6));
    assertThat(gauge("tidemark_confidence_stddev")).isCloseTo(0.1, within(1e-6));
    assertThat(gauge("tidemark_entropy_mean")).isCloseTo(0.5, within(1e-6));
    assertThat(gauge("tidemark_degraded_ratio")).isEqualTo(0.5);
  }

  @Test
  void equalConfidencesDeviateByNothingThatAFloatCouldNotHold() {
    BatchScores scores = new BatchScores(4);
    for (int row = 0; row < 4; row++) {
      scores.set(row, 0.99, 0.99f, 0.056f);
    }
    metrics.inferred(scores, 4, 1_000_000);

    assertThat(gauge("tidemark_confidence_stddev")).isCloseTo(0, within(1e-6));
  }

  private double gauge(String name) {
    return (Double) ((Gauge<?>) recorded.all().get(name + "{" + LABELS + "}")).getValue();
  }

  private BucketHistogram histogram(String name) {
    return (BucketHistogram) recorded.all().get(name + "{" + LABELS + "}");
  }
}
