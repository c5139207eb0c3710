package io.tidemark.jobs.score;

import io.tidemark.jobs.event.Score;
import java.util.List;
import org.apache.flink.streaming.api.functions.async.ResultFuture;

/** A future that takes its one score as it is: a list for each would be half of all garbage. */
interface ScoreFuture extends ResultFuture<Score> {
  /** The first counts; for the task thread. */
  void answer(Score score);

  /** Answers a future of ours or of Flink's. */
  static void answer(ResultFuture<Score> future, Score score) {
    if (future instanceof ScoreFuture ours) {
      ours.answer(score);
    } else {
      future.complete(List.of(score));
    }
  }
}
