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

    assertThat(bytes(estimate, "the log")).isEqualTo(2 * 14 * (12 + 8));
    assertThat(estimate.toString())
        .contains("the log 28 events (2 a day for P14D) × 20 bytes = 560");
  }

  @Test
  void threeWindowsOverSixtyEventsStayNearTheGoalOfTheLayout() {
    StateEstimate estimate =
        of(
            2,
            feature("n_1d", COUNT, days(1)),
            feature("n_7d", COUNT, days(7)),
            feature("n_30d", COUNT, days(30)));

    assertThat(bytes(estimate, "the log")).isEqualTo(720);
    assertThat(estimate.bytes()).isLessThan(2_000);
  }

  @Test
  void aggregateThatGivesNothingBackKeepsAStatePerChunk() {
    StateEstimate estimate = of(32, feature("max", MAX, days(10)), feature("avg", AVG, days(10)));

    assertThat(bytes(estimate, "max")).isEqualTo(10 * 9);
    assertThat(bytes(estimate, "avg")).isEqualTo(27);
  }

  @Test
  void nothingLeavesATumblingOrLifetimeWindow() {
    Window today = new Tumbling(Duration.ofDays(1), Duration.ZERO);
    StateEstimate estimate =
        of(3_200, feature("today", MAX, today), feature("ever", MAX, new Lifetime()));

    assertThat(bytes(estimate, "today")).isEqualTo(9);
    assertThat(bytes(estimate, "ever")).isEqualTo(9);
    assertThat(bytes(estimate, "the log")).isZero();
  }

  @Test
  void lifetimeAloneKeepsNoLog() {
    StateEstimate estimate = of(100, feature("ever", COUNT, new Lifetime()));

    assertThat(estimate.parts()).hasSize(1);
    assertThat(estimate).hasToString("ever 11 bytes");
  }

  @Test
  void sessionIsLoggedForItsMaximum() {
    Session session = new Session(Duration.ofMinutes(30), Duration.ofDays(2));

    assertThat(bytes(of(10, feature("n", COUNT, session)), "the log")).isEqualTo(20 * 12);
  }

  @Test
  void hoppingWindowIsLoggedForItsReach() {
    Trailing hopping = new Trailing(Duration.ofDays(30), Duration.ZERO, Duration.ofDays(1));

    assertThat(bytes(of(10, feature("max", MAX, hopping)), "the log")).isEqualTo(31 * 10 * 20);
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

    assertThat(bytes).containsExactly(5 + 8, 5 + 800, 5 + 8 * 1024);
  }

  @Test
  void filtersTakeABitEachAndColumnsAreCountedOnce() {
    Aggregate filtered = new Aggregate(AggregateKind.AVG, List.of(), AMOUNT, "amount > 1.0");

    assertThat(bytes(of(1, feature("a", AVG, days(1)), feature("b", filtered, days(1))), "the log"))
        .isEqualTo(12 + 8 + 1);
  }
}
