package io.tidemark.cli.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalMapTest {
  @ParameterizedTest
  @CsvSource({"50, 50", "0, 0", "99.9, 0.1", "2.5, 97.5", "5, 95"})
  void everyTerminalInReachIsDrawnEquallyOftenAndNoOther(double homeX, double homeY) {
    Draws draws = new Draws(new SplittableRandom(1));
    TerminalMap map = new TerminalMap(5_000, draws);
    int[] inReach =
        IntStream.range(0, map.size()).filter(t -> map.isInReach(t, homeX, homeY)).toArray();
    int[] drawn = new int[map.size()];
    int each = 1_000;
    for (int i = 0; i < inReach.length * each; i++) {
      drawn[map.draw(homeX, homeY, draws)]++;
    }

    assertThat(inReach).isNotEmpty();
    assertThat(Arrays.stream(inReach).map(t -> drawn[t]).sum()).isEqualTo(inReach.length * each);
    for (int terminal : inReach) {
      assertThat(drawn[terminal]).isCloseTo(each, within(5 * (int) Math.sqrt(each)));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5"})
  void reachAndNearestAgreeWithALookAtAllTerminals(long seed) {
    Draws draws = new Draws(new SplittableRandom(seed));
    TerminalMap map = new TerminalMap(60, draws);
    for (int i = 0; i < 1_000; i++) {
      double x = draws.uniform(0, TerminalMap.SIDE);
      double y = draws.uniform(0, TerminalMap.SIDE);
      boolean any = IntStream.range(0, map.size()).anyMatch(t -> map.isInReach(t, x, y));

      assertThat(map.hasAnyInReach(x, y)).as("seed %d", seed).isEqualTo(any);
      assertThat(map.isInReach(map.nearest(x, y), x, y)).as("seed %d", seed).isEqualTo(any);
    }
  }
}
