package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdFilterTest {
  @Test
  void neverDeniesWhatWasAddedAndDeniesMostOfTheRest() {
    SplittableRandom random = new SplittableRandom(1);
    IdFilter filter = new IdFilter();
    long first = random.nextLong();
    for (int i = 0; i < 64; i++) {
      filter.add(first + i);
      assertThat(filter.mayHold(first + i)).isTrue();
    }
    int wrong = 0;
    for (int i = 0; i < 10_000; i++) {
      wrong += filter.mayHold(random.nextLong()) ? 1 : 0;
    }
    assertThat(wrong).isLessThan(10_000 / 5);
    filter.clear();
    assertThat(filter.mayHold(first)).isFalse();
  }
}
