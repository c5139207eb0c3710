package io.tidemark.cli.bench.pipeline;

import java.util.ArrayList;
import java.util.List;

/**
 * Latencies at a part of the speed that the job reached at full load.
 *
 * @param percent of that speed
 * @param moments one before each second that counts and one behind the last
 */
record Step(int percent, Latencies latencies, List<Moment> moments) {
  Step {
    moments = List.copyOf(moments);
  }

  /** What all processes used and the job's JVM did while latencies counted. */
  Moment total() {
    return moments.get(moments.size() - 1).since(moments.get(0));
  }

  /** The same of each second. */
  List<Moment> seconds() {
    List<Moment> seconds = new ArrayList<>();
    for (int i = 1; i < moments.size(); i++) {
      seconds.add(moments.get(i).since(moments.get(i - 1)));
    }
    return seconds;
  }
}
