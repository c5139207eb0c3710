package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import io.tidemark.jobs.feature.WindowPlan.Structure;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowPlanTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void windowThatNothingLeavesKeepsNoEvents() {
    assertThat(structure(new Lifetime(), AggregateKind.MAX)).isEqualTo(Structure.RUNNING_STATE);
    assertThat(structure(new Tumbling(DAY, Duration.ZERO), AggregateKind.MAX))
        .isEqualTo(Structure.RUNNING_STATE);
  }

  @Test
  void aggregatesThatGiveBackWhatLeavesHaveRunningTotals() {
    assertThat(structure(new Trailing(DAY))).isEqualTo(Structure.RUNNING_TOTALS);
    assertThat(structure(new Session(Duration.ofMinutes(30), DAY), AggregateKind.HISTOGRAM))
        .isEqualTo(Structure.RUNNING_TOTALS);
  }

  @Test
  void anyOtherIsMergedFromPartsAndNamed() {
    WindowPlan plan = plan(spec(new Trailing(DAY), AggregateKind.MAX));

    assertThat(plan.structure()).isEqualTo(Structure.MERGED_PARTS);
    assertThat(plan.reason()).isEqualTo("max cannot give back the events that leave it");
  }

  @Test
  void hopBringsTilesUnlessEventsAreKeptAsLongAnyway() {
    WindowSpec hopping =
        spec(new Trailing(DAY, Duration.ZERO, Duration.ofHours(1)), AggregateKind.MAX);

    assertThat(plan(hopping).structure()).isEqualTo(Structure.TILES);
    assertThat(plan(hopping, spec(new Trailing(DAY.multipliedBy(2)))).structure())
        .isEqualTo(Structure.MERGED_PARTS);
  }

  @Test
  void oneLineTellsOfAllWindows() {
    LogLayout layout =
        new LogLayout(
            2,
            List.of(
                spec(new Trailing(Duration.ofDays(7), DAY, Duration.ofHours(1))),
                spec(new Lifetime())),
            10_000);

    assertThat(WindowPlan.describe(layout))
        .isEqualTo(
            "events of 2 columns are kept for PT193H10S, or PT25H10S where there are tiles; P7D"
                + " delayed by P1D whose lower end hops by PT1H: the log, then tiles, as these take"
                + " less from 3,677 events of a key on, in sizes of PT1H, PT32H; lifetime: a"
                + " running state, as no event leaves it before all of them do");
  }

  private static Structure structure(Window window, AggregateKind... kinds) {
    return plan(spec(window, kinds)).structure();
  }

  private static WindowPlan plan(WindowSpec spec, WindowSpec... others) {
    List<WindowSpec> all = Stream.concat(Stream.of(spec), Stream.of(others)).toList();
    return WindowPlan.of(spec, new LogLayout(1, all, 10_000));
  }

  private static WindowSpec spec(Window window, AggregateKind... kinds) {
    return new WindowSpec(
        window,
        List.of(0),
        Arrays.stream(kinds)
            .map(kind -> new ColumnAggregate(new AggregateSpec(kind, parameters(kind)), 0))
            .toList());
  }

  private static List<Double> parameters(AggregateKind kind) {
    return kind == AggregateKind.HISTOGRAM ? List.of(0.0, 1.0) : List.of();
  }
}
