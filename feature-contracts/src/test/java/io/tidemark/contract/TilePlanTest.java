package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.TilePlan.Ladder;
import io.tidemark.contract.TilePlan.Ladder.Level;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Trailing;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The sizes of tiles are part of the format of state: they never change. */
class TilePlanTest {
  private static final Duration ZERO = Duration.ZERO;

  private static Window window(String size, String delay, String hop) {
    return new Trailing(Duration.parse(size), Duration.parse(delay), Duration.parse(hop));
  }

  private static String sizes(Window... windows) {
    return TilePlan.of(List.of(windows)).ladders().stream()
        .map(
            ladder ->
                ladder.levels().stream()
                    .map(level -> Durations.format(level.size()))
                    .collect(Collectors.joining(" ")))
        .collect(Collectors.joining("; "));
  }

  @Test
  void longWindowsHaveLargerTilesToo() {
    assertThat(sizes(window("P1D", "PT0S", "PT1H"))).isEqualTo("PT1H");
    assertThat(sizes(window("P30D", "PT0S", "PT1H"))).isEqualTo("PT1H PT32H");
    assertThat(sizes(window("P90D", "PT0S", "PT5M"))).isEqualTo("PT5M PT2H40M PT85H20M");
  }

  @Test
  void longHopsHaveSmallerTilesForTheNewestEvents() {
    assertThat(sizes(window("P14D", "PT0S", "P1D"))).isEqualTo("PT1H P1D");
    assertThat(sizes(window("PT90H", "PT0S", "PT90M"))).isEqualTo("PT45M PT1H30M");
    assertThat(sizes(window("P70D", "PT0S", "P70D"))).as("of many hours").isEqualTo("P70D");
  }

  @Test
  void windowsThatHopAlikeShareTheirTiles() {
    assertThat(
            sizes(
                window("P7D", "PT0S", "PT1H"),
                window("PT1H", "PT0S", "PT5M"),
                window("P30D", "PT0S", "PT1H")))
        .isEqualTo("PT5M; PT1H PT32H");
  }

  @Test
  void smallTilesOfALongHopAreKeptNoLongerThanOneIsCut() {
    Ladder ladder = TilePlan.of(List.of(window("P14D", "P2D", "P1D"))).ladders().get(0);

    assertThat(ladder.levels())
        .containsExactly(
            new Level(Duration.ofHours(1), Duration.ofDays(3)),
            new Level(Duration.ofDays(1), Duration.ofDays(17)));
    assertThat(ladder.levels().stream().mapToLong(Level::tiles)).containsExactly(72L, 17L);
  }

  @Test
  void eventsAreKeptForWindowsThatDoNotHopAndForUpperEnds() {
    Window hopping = window("P30D", "PT20M", "PT1H");

    assertThat(TilePlan.of(List.of(hopping)).logReach()).isEqualTo(Duration.ofMinutes(80));
    assertThat(TilePlan.of(List.of(hopping, new Trailing(Duration.ofDays(7)))).logReach())
        .isEqualTo(Duration.ofDays(7));
    assertThat(TilePlan.of(List.of(hopping, new Lifetime())).longestReach())
        .isEqualTo(Duration.ofDays(30).plusMinutes(80));
  }

  @Test
  void everyKeyHasItsEventsForAnHourAtLeast() {
    assertThat(TilePlan.of(List.of(window("P30D", "PT0S", "PT5M"))).held())
        .isEqualTo(TilePlan.ONCE);
    assertThat(TilePlan.of(List.of(window("PT30M", "PT0S", "PT5M"))).held())
        .isEqualTo(Duration.ofMinutes(35));
    assertThat(TilePlan.of(List.of(new Trailing(Duration.ofDays(7)))).held())
        .isEqualTo(Duration.ofDays(7));
  }

  @Test
  void tilesPayWhereSeveralEventsShareOne() {
    TilePlan plan = TilePlan.of(List.of(window("PT23H", "PT0S", "PT1H")));

    assertThat(plan.tiles()).isEqualTo(24);
    assertThat(plan.pays(24 * 16, Duration.ofDays(1))).isTrue();
    assertThat(plan.pays(24 * 16 - 1, Duration.ofDays(1))).isFalse();
    assertThat(plan.pays(24 * 16, Duration.ofHours(12))).as("half is spared").isFalse();
    assertThat(plan.pays(Long.MAX_VALUE, ZERO)).as("nothing is spared").isFalse();
    assertThat(TilePlan.of(List.of(new Lifetime())).pays(Long.MAX_VALUE, Duration.ofDays(1)))
        .isFalse();
  }
}
