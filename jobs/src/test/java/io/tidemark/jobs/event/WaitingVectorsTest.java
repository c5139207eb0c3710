package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingVectorsTest {
  private static final VectorColumns NO_COLUMNS = new VectorColumns(List.of());
  private static final Comparator<FeatureVector> BY_TIME =
      Comparator.comparingLong(vector -> vector.trigger().timeMillis());

  /** From one sorted partition to more disorder than there are runs for. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 30, 1_000})
  void comeOutAsFromAHeap(int partitions) {
    SplittableRandom random = new SplittableRandom(partitions);
    WaitingVectors waiting = new WaitingVectors(BY_TIME);
    PriorityQueue<Long> expected = new PriorityQueue<>();
    long[] clocks = random.longs(partitions, 0, 500).toArray();
    for (int i = 0; i < 5_000; i++) {
      int partition = random.nextInt(partitions);
      clocks[partition] += random.nextInt(3);
      waiting.add(at(clocks[partition]));
      expected.add(clocks[partition]);
      if (random.nextInt(50) == 0) {
        long watermark = clocks[partition] - random.nextInt(200);
        assertThat(drained(waiting, watermark)).isEqualTo(drained(expected, watermark));
      }
    }
    assertThat(waiting.all())
        .extracting(vector -> vector.trigger().timeMillis())
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(drained(waiting, Long.MAX_VALUE)).isEqualTo(drained(expected, Long.MAX_VALUE));
    assertThat(waiting.isEmpty()).isTrue();
  }

  private static FeatureVector at(long timeMillis) {
    return FeatureVector.of(
        new Event(timeMillis, 0, new long[0], new long[0], new String[0]), NO_COLUMNS);
  }

  private static List<Long> drained(WaitingVectors waiting, long watermark) {
    List<Long> times = new ArrayList<>();
    for (FeatureVector next = waiting.pollUpTo(watermark);
        next != null;
        next = waiting.pollUpTo(watermark)) {
      times.add(next.trigger().timeMillis());
    }
    return times;
  }

  private static List<Long> drained(PriorityQueue<Long> expected, long watermark) {
    List<Long> times = new ArrayList<>();
    while (!expected.isEmpty() && expected.peek() <= watermark) {
      times.add(expected.poll());
    }
    return times;
  }
}
