package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example domain {@code every-aggregate-and-window} holds what its name says, and is read. */
class EveryAggregateAndWindowTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static Contracts contracts;

  @BeforeAll
  static void readContracts() throws Exception {
    contracts = Contracts.read(ValidContracts.resource("every-aggregate-and-window"));
  }

  private static Stream<Windowed> windowed() {
    return contracts.features().stream()
        .flatMap(contract -> contract.features().stream())
        .map(feature -> (Windowed) feature.definition());
  }

  private static Feature feature(String contract, String name) {
    return contracts.feature(contract, 1).orElseThrow().feature(name).orElseThrow();
  }

  private static Aggregate aggregate(String name) {
    return ((WindowedAggregate) feature("card_aggregates", name).definition()).aggregate();
  }

  private static Window window(String name) {
    return ((Windowed) feature("card_windows", name).definition()).window();
  }

  @Test
  void everyAggregateAndEveryWindowIsUsed() {
    assertThat(windowed().flatMap(one -> one.aggregates().stream()).map(Aggregate::kind))
        .containsAll(EnumSet.allOf(AggregateKind.class));
    assertThat(windowed()).anyMatch(WindowedRatio.class::isInstance);
    Set<Class<?>> windows =
        windowed().map(one -> one.window().getClass()).collect(Collectors.toSet());
    assertThat(windows).containsExactlyInAnyOrder(Window.class.getPermittedSubclasses());
  }

  @Test
  void windowsAreReadInEveryForm() {
    assertThat(window("nb_1s")).isEqualTo(new Trailing(Duration.ofSeconds(1)));
    assertThat(window("max_amount_delayed"))
        .isEqualTo(new Trailing(DAY, Duration.ofHours(6), null));
    assertThat(window("avg_amount_delayed_by_1h"))
        .isEqualTo(new Trailing(Duration.ofDays(7), DAY, Duration.ofHours(1)));
    assertThat(window("nb_today")).isEqualTo(new Tumbling(DAY, Duration.ZERO));
    assertThat(window("max_amount_today")).isEqualTo(new Tumbling(DAY, Duration.ofHours(8)));
    assertThat(window("nb_session")).isEqualTo(new Session(Duration.ofMinutes(30), DAY));
    assertThat(window("last_amounts_session"))
        .isEqualTo(new Session(Duration.ofMinutes(5), Duration.ofHours(1)));
    assertThat(window("nb_ever")).isEqualTo(new Lifetime());
  }

  @Test
  void formerNameIsRead() {
    assertThat(feature("card_windows", "max_amount_ever").renamedFrom()).isEqualTo("max_amount");
    assertThat(feature("card_windows", "nb_ever").renamedFrom()).isNull();
  }

  @Test
  void reachIsWhatALogMustHold() {
    assertThat(window("avg_amount_delayed_by_1h").reach()).contains(Duration.ofHours(8 * 24 + 1));
    assertThat(window("nb_today").reach()).contains(DAY);
    assertThat(window("last_amounts_session").reach()).contains(Duration.ofHours(1));
    assertThat(window("nb_ever").reach()).isEmpty();
  }

  @Test
  void parametersValuesAndFiltersAreRead() {
    ValueExpression amount = new ValueExpression.Field("amount");
    assertThat(aggregate("nb_declined_7d"))
        .isEqualTo(new Aggregate(AggregateKind.COUNT, List.of(), null, "declined"));
    assertThat(aggregate("avg_per_item_7d").of())
        .isEqualTo(new ValueExpression.Computed("amount / double(items)"));
    assertThat(aggregate("amounts_7d"))
        .isEqualTo(
            new Aggregate(AggregateKind.HISTOGRAM, List.of(10.0, 50.0, 220.5), amount, null));
    assertThat(aggregate("p99_amount_7d").parameters()).containsExactly(0.99);
    assertThat(aggregate("decayed_amount_7d").parameters()).containsExactly(6 * 3.6e6);
    assertThat(aggregate("distinct_merchants_7d").parameters()).containsExactly(1024.0);
    assertThat(feature("card_aggregates", "night_to_day_amount_7d").definition())
        .isEqualTo(
            new WindowedRatio(
                new Aggregate(AggregateKind.MAX, List.of(), amount, "paid_at.getHours() < 6"),
                new Aggregate(
                    AggregateKind.QUANTILE, List.of(0.5), amount, "paid_at.getHours() >= 6"),
                new Trailing(Duration.ofDays(7))));
  }

  @Test
  void arrayTakesAColumnPerElement() {
    Feature amounts = feature("card_aggregates", "amounts_7d");

    assertThat(amounts.isArray()).isTrue();
    assertThat(amounts.type()).isEqualTo(FieldType.LONG);
    assertThat(amounts.columns())
        .containsExactly("amounts_7d[0]", "amounts_7d[1]", "amounts_7d[2]", "amounts_7d[3]");
    assertThat(feature("card_aggregates", "nb_7d").columns()).containsExactly("nb_7d");
    FeatureContract contract = contracts.feature("card_aggregates", 1).orElseThrow();
    assertThat(contract.featureOfColumn("amounts_7d[3]")).contains(amounts);
  }

  @Test
  void modelThatNamesAnArrayTakesAllOfItInOrder() {
    ModelContract model = contracts.model("every_feature").orElseThrow();

    assertThat(model.features().stream().map(FeatureRef::toString))
        .containsSubsequence(
            "card_aggregates.last_amount_7d",
            "card_aggregates.first_amounts_7d[0]",
            "card_aggregates.first_amounts_7d[1]",
            "card_aggregates.first_amounts_7d[2]",
            "card_aggregates.last_points_7d[0]");
    int columns =
        contracts.features().stream()
            .flatMap(contract -> contract.features().stream())
            .mapToInt(feature -> feature.columns().size())
            .sum();
    assertThat(model.features()).hasSize(columns + 1).doesNotHaveDuplicates();
    assertThat(contracts.checkArtifacts()).isEmpty();
  }

  @Test
  void budgetIsReadAndKept() {
    assertThat(contracts.feature("card_aggregates", 1).orElseThrow().state())
        .isEqualTo(new StateBudget(128 * 1024, 20));
    assertThat(contracts.feature("card_at_merchant", 1).orElseThrow().state())
        .isEqualTo(StateBudget.DEFAULT);
  }

  @Test
  void windowThatCannotBeIsNotMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Trailing(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Trailing(DAY, Duration.ZERO, Duration.ofHours(7)))
        .withMessageContaining("PT7H");
    assertThatIllegalArgumentException().isThrownBy(() -> new Tumbling(DAY, DAY));
    assertThatIllegalArgumentException().isThrownBy(() -> new Session(DAY, Duration.ofHours(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Aggregate(AggregateKind.MAX, null))
        .withMessageContaining("of what");
  }
}
