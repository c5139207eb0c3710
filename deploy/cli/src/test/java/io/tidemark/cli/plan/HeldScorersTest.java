package io.tidemark.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.ScoringMode;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeldScorersTest {

  @Test
  void scorersNameTheirModels() {
    assertThat(scorers("source-tx", "score-fraud-1.2.0", "score-fraud", "score-age"))
        .isEqualTo(new HeldScorers(List.of("age", "fraud", "fraud@1.2.0"), ScoringMode.ASYNC));
    assertThat(scorers("score-fraud-sync"))
        .isEqualTo(new HeldScorers(List.of("fraud"), ScoringMode.SYNC));
    assertThat(scorers("features-a-by-b-from-c").models()).isEmpty();
  }

  private static HeldScorers scorers(String... uids) {
    return HeldScorers.of(
        new Savepoint(
            "a place",
            Stream.of(uids).map(uid -> new HeldOperator(uid, uid, null, null)).toList()));
  }
}
