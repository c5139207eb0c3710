package io.tidemark.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.SubmissionRefusedException;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeldScorersTest {

  @Test
  void scorersNameTheirModels() throws Exception {
    assertThat(scorers("source-tx", "score-fraud", "drift-counts-fraud", "score-age"))
        .isEqualTo(new HeldScorers(List.of("age", "fraud")));
    assertThat(scorers("features-a-by-b-from-c", "latest-a-v1").models()).isEmpty();
  }

  /** It says which version the second one is, and of the first one only that there is one. */
  @Test
  void versionsOfOneModelHaveToBeNamed() {
    assertThatThrownBy(() -> scorers("score-age", "score-fraud-1.2.0", "score-fraud"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessage(
            "a place: the savepoint is of several versions of fraud and does not tell all of them."
                + " Name each with --model NAME@VERSION, in the order of the job");
  }

  @Test
  void jobThatScoresSynchronouslyHasToBeNamed() {
    assertThatThrownBy(() -> scorers("features-a-by-b-from-c", "drift-counts-fraud"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageContaining("watches the drift of fraud ")
        .hasMessageEndingWith("Name its models with --model, and add --scoring-mode sync");
  }

  /** A feature job has, beside the features, what it published last. */
  @Test
  void jobThatScoresSynchronouslyWithoutDriftIsToldFromAFeatureJob() {
    assertThatThrownBy(() -> scorers("features-a-by-b-from-c", "source-c"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageStartingWith("a place: the savepoint has features, but neither ")
        .hasMessageEndingWith("with --model, and add --scoring-mode sync --no-drift");
  }

  private static HeldScorers scorers(String... uids) throws SubmissionRefusedException {
    return HeldScorers.of(
        new Savepoint(
            "a place",
            Stream.of(uids).map(uid -> new HeldOperator(uid, uid, null, null)).toList()));
  }
}
