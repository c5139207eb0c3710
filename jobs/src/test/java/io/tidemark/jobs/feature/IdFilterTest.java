package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdFilterTest {
  private static final double[] NO_VALUES = {};

  private final IdFilter filter = new IdFilter();
  private final LogChunk chunk = new LogChunk(0, 256);

  @Test
  void neverDeniesWhatIsInTheChunkAndDeniesMostOfTheRest() {
    SplittableRandom random = new SplittableRandom(1);
    long[] ids = random.longs(256, Long.MIN_VALUE, Long.MAX_VALUE - 1).toArray();
    for (int i = 0; i < ids.length; i++) {
      insert(random.nextInt(i + 1), ids[i]);
      for (int held = 0; held <= i; held++) {
        assertThat(filter.mayHold(chunk, ids[held])).as("id %d of %d", held, i).isTrue();
      }
    }
    int wrong = 0;
    for (int i = 0; i < 10_000; i++) {
      wrong += filter.mayHold(chunk, random.nextLong()) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(10_000 / 7);
  }

  @Test
  void isEmptyAgainAfterClear() {
    insert(0, 7);
    assertThat(filter.mayHold(chunk, 7)).isTrue();

    filter.clear();
    chunk.begin(1, 0, 0);
    insert(0, Long.MAX_VALUE);

    assertThat(filter.mayHold(chunk, 7)).isFalse();
  }

  private void insert(int index, long id) {
    chunk.insert(index, 0, id, NO_VALUES);
    filter.inserted(index, id);
  }
}
