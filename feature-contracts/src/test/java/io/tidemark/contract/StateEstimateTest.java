package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateEstimateTest {
  private static final ValueExpression AMOUNT = new ValueExpression.Field("amount");
  private static final Aggregate COUNT = new Aggregate(AggregateKind.COUNT, null);
  private static final Aggregate AVG = new Aggregate(AggregateKind.AVG, AMOUNT);
  private static final Aggregate MAX = new Aggregate(AggregateKind.MAX, AMOUNT);

  private static Feature feature(String name, Aggregate aggregate, Window window) {
    FieldType type = aggregate.kind() == AggregateKind.COUNT ? FieldType.INT : FieldType.DOUBLE;
    return new Feature(name, type, new WindowedAggregate(aggregate, window), null, null, null);
  }

  private static Window days(int days) {
    return new Trailing(Duration.ofDays(days));
  }

  private static StateEstimate of(double eventsPerDay, Feature... features) {
    return StateEstimate.of(
        new FeatureContract(
            new Metadata("spending", new SemanticVersion(1, 0, 0), "shop", ""),
            List.of("customer_id"),
            new TopicUri("orders"),
            new StateBudget(1, eventsPerDay),
            List.of(features)));
  }

  private static long bytes(StateEstimate estimate, String part) {
    return estimate.parts().stream()
        .filter(one -> one.what().equals(part))
        .mapToLong(StateEstimate.Part::bytes)
        .sum();
  }

  @Test
  void windowsShareOneLogOfTheLongestReach() {
    Trailing delayed = new Trailing(Duration.ofDays(7), Duration.ofDays(7), null);
    StateEstimate estimate =
        of(
            2,
            feature("n", COUNT, days(1)),
            feature("avg", AVG, delayed),
            feature("m", MAX, days(7)));

    // One chunk and a half, of time, id and amount.
    assertThat(bytes(estimate, "the log")).isEqualTo(96 * (4 + 10 + 8));
    assertThat(estimate.toString())
        .contains("the log 96 events (2 a day for P14D, in chunks of 64) × 22 bytes = 2,112");
  }

  @Test
  void threeWindowsOverSixtyEventsStayNearTheGoalOfTheLayout() {
    StateEstimate estimate =
        of(
            2,
            feature("n_1d", COUNT, days(1)),
            feature("n_7d", COUNT, days(7)),
            feature("n_30d", COUNT, days(30)));

    // 52, 60 or 72 events, which no longer fit into one chunk: then it is half a chunk more.
    assertThat(bytes(estimate, "the log")).isEqualTo(72 * 14);
    assertThat(estimate.bytes()).isLessThan(1_600);
  }

  @Test
  void aggregateThatGivesNothingBackKeepsAStatePerChunk() {
    StateEstimate estimate = of(32, feature("max", MAX, days(10)), feature("avg", AVG, days(10)));

    // 320 events are five chunks, six at times, and three parts of the window.
    assertThat(bytes(estimate, "max")).isEqualTo(5 * 9 + 25 + 6 + 3 * 9);
    assertThat(bytes(estimate, "avg")).isEqualTo(18);
  }

  @Test
  void nothingLeavesATumblingOrLifetimeWindow() {
    Window today = new Tumbling(Duration.ofDays(1), Duration.ZERO);
    StateEstimate estimate =
        of(3_200, feature("today", MAX, today), feature("ever", MAX, new Lifetime()));

    assertThat(bytes(estimate, "today")).isEqualTo(2 * 9);
    assertThat(bytes(estimate, "ever")).isEqualTo(2 * 9);
    assertThat(bytes(estimate, "the log")).isEqualTo(32 * 22);
  }

  @Test
  void lifetimeAloneKeepsTheOpenChunk() {
    StateEstimate estimate = of(100, feature("ever", COUNT, new Lifetime()));

    assertThat(bytes(estimate, "ever")).isZero();
    assertThat(estimate.toString())
        .startsWith("the log 32 events (100 a day for PT0S, in chunks of 64) × 14 bytes = 448");
  }

  @Test
  void sessionIsLoggedForItsMaximum() {
    Session session = new Session(Duration.ofMinutes(30), Duration.ofDays(2));

    assertThat(bytes(of(10, feature("n", COUNT, session)), "the log")).isEqualTo(21 * 14);
  }

  @Test
  void hoppingWindowIsLoggedForItsReach() {
    Trailing hopping = new Trailing(Duration.ofDays(30), Duration.ZERO, Duration.ofDays(1));

    assertThat(bytes(of(10, feature("max", MAX, hopping)), "the log")).isEqualTo(373 * 22);
  }

  @Test
  void keyWithManyEventsHasTilesAndEventsOfAnHour() {
    Trailing hopping = new Trailing(Duration.ofDays(30), Duration.ZERO, Duration.ofHours(1));
    StateEstimate estimate = of(24_000, feature("max", MAX, hopping));

    // A thousand in an hour, and an open chunk that is half full.
    assertThat(bytes(estimate, "the log")).isEqualTo(1_077 * 22);
    // 721 of an hour, and 23 of 32, and half a page of either.
    assertThat(bytes(estimate, "the tiles")).isEqualTo(776 * 12 + (24 + 2) * (14 + 15));
  }

  @Test
  void sketchesGrowWithTheirValuesUpToTheirBound() {
    Aggregate distinct = new Aggregate(AggregateKind.DISTINCT, List.of(1024.0), AMOUNT, null);
    long[] bytes =
        Arrays.stream(new double[] {1, 100, 1_000_000})
            .mapToLong(
                perDay ->
                    bytes(
                        of(
                            perDay,
                            feature(
                                "d", distinct, new Tumbling(Duration.ofDays(1), Duration.ZERO))),
                        "d"))
            .toArray();

    assertThat(bytes).containsExactly(2 * (5 + 8), 2 * (5 + 800), 2 * (5 + 8 * 1024));
  }

  @Test
  void filteredValuesAreAColumnAndColumnsAreCountedOnce() {
    Aggregate filtered = new Aggregate(AggregateKind.AVG, List.of(), AMOUNT, "amount > 1.0");

    StateEstimate estimate =
        of(
            1,
            feature("a", AVG, days(1)),
            feature("b", filtered, days(1)),
            feature("c", AVG, days(2)));

    assertThat(bytes(estimate, "the log")).isEqualTo(2 * (4 + 10 + 2 * 8));
    assertThat(bytes(estimate, "c")).isEqualTo(18);
  }
}
