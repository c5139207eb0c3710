package io.tidemark.contract.review;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.StateEstimate;
import io.tidemark.contract.Window;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a running job still holds of each key's events: how far back, and which columns of them. A
 * new window is filled from it if it reaches no further and reads nothing else.
 *
 * @param columns fields and expressions, and filters, as they are spelled in all contracts
 */
record RetainedLog(Duration reach, Set<String> columns) {
  /** Of a job that never ran with the contract. */
  static final RetainedLog NONE = new RetainedLog(Duration.ZERO, Set.of());

  static RetainedLog of(FeatureContract contract) {
    Duration reach = Duration.ZERO;
    Set<String> columns = new TreeSet<>();
    for (Feature feature : contract.features()) {
      if (feature.definition() instanceof Windowed windowed && StateEstimate.isLogged(windowed)) {
        Duration own = windowed.window().reach().orElse(Duration.ZERO);
        reach = own.compareTo(reach) > 0 ? own : reach;
        columns(windowed).forEach(columns::add);
      }
    }
    return new RetainedLog(reach, columns);
  }

  /** What becomes of a window that was not there before. */
  FeatureState added(String feature, Windowed definition) {
    if (definition.window() instanceof Window.Lifetime) {
      return new FeatureState(feature, StateAnswer.STARTS_EMPTY, Duration.ZERO);
    }
    Duration needed = definition.window().reach().orElseThrow();
    Duration held = covers(definition) ? reach : Duration.ZERO;
    return needed.compareTo(held) <= 0
        ? new FeatureState(feature, StateAnswer.FILLED, Duration.ZERO)
        : new FeatureState(feature, StateAnswer.WARMS_UP, needed.minus(held));
  }

  /** Whether all that a window reads of an event is held. */
  boolean covers(Windowed definition) {
    return columns(definition).allMatch(columns::contains);
  }

  private static Stream<String> columns(Windowed definition) {
    return definition.aggregates().stream().flatMap(RetainedLog::columns);
  }

  private static Stream<String> columns(Aggregate aggregate) {
    return Stream.of(
            aggregate.of() == null ? null : Meaning.expression(aggregate.of().text()),
            aggregate.where() == null ? null : "where " + Meaning.expression(aggregate.where()))
        .filter(Objects::nonNull);
  }
}
