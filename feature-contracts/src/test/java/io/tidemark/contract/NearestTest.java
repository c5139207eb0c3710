package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

  @ParameterizedTest
  @CsvSource({
    "amount, amount, 0",
    "Amount, amount, 0",
    "amuont, amount, 1",
    "amoun, amount, 1",
    "amountt, amount, 1",
    "anount, amount, 1",
    "kitten, sitting, 3",
    "ca, abc, 3",
    "'', ab, 2"
  })
  void distanceCountsEditsAndSwappedNeighbours(String left, String right, int distance) {
    assertThat(Nearest.distance(left, right)).isEqualTo(distance);
    assertThat(Nearest.distance(right, left)).isEqualTo(distance);
  }

  @Test
  void farNamesAreNotProposed() {
    assertThat(Nearest.to("color", List.of("type", "window", "of"))).isEmpty();
    assertThat(Nearest.to("windw", List.of("type", "window", "of"))).contains("window");
    assertThat(Nearest.to("anything", List.of())).isEmpty();
  }

  @Test
  void hugeNamesAreNotCompared() {
    assertThat(Nearest.to("x".repeat(250_000), List.of("type"))).isEmpty();
  }
}
