package io.tidemark.contract.review;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.TilePlan;
import io.tidemark.contract.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a job holds of the events of each key: how far back, which columns of them since when, and
 * which running states beside. It tells what becomes of a window in a job that goes on from it. A
 * savepoint says what it holds; of contracts alone it is told for a job that has run for long.
 *
 * @param asOfMillis time of the latest event that the job has seen
 * @param sinceMillis all events since then were seen; {@link Long#MIN_VALUE} where all ever
 * @param reach how far behind a key's latest event its events are kept
 * @param columns per column in the spelling of {@link StateParts#columns}, since when events have
 *     it; and per running state that tiles serve, since when they do
 * @param parts the running states, in the spelling of {@link StateParts#of}
 */
public record RetainedLog(
    long asOfMillis,
    long sinceMillis,
    Duration reach,
    Map<String, Long> columns,
    Set<String> parts) {
  private static final String UNCHANGED = "nothing about it changed";

  /** Of a job that never ran with the contract. */
  public static final RetainedLog NONE = new RetainedLog(0, 0, Duration.ZERO, Map.of(), Set.of());

  public RetainedLog {
    columns = Map.copyOf(columns);
    parts = Set.copyOf(parts);
  }

  /** Of a job that has run with a contract for as long as its longest window. */
  static RetainedLog of(EventContract event, FeatureContract contract) {
    List<Window> windows = new ArrayList<>();
    Map<String, Long> columns = new TreeMap<>();
    Set<String> parts = new HashSet<>();
    for (Feature feature : contract.features()) {
      if (feature.definition() instanceof Windowed windowed) {
        windows.add(windowed.window());
        StateParts.columns(event, windowed).forEach(column -> columns.put(column, Long.MIN_VALUE));
        parts.addAll(StateParts.of(event, windowed));
      }
    }
    Duration reach = TilePlan.of(windows).held();
    return new RetainedLog(0, Long.MIN_VALUE, reach, columns, parts);
  }

  /** What becomes of a window that may or may not have been there before. */
  public FeatureState become(EventContract event, String feature, Windowed definition) {
    return become(event, feature, definition, parts.containsAll(StateParts.of(event, definition)));
  }

  /** What becomes of a window that was not there before. */
  FeatureState added(EventContract event, String feature, Windowed definition) {
    boolean shared = parts.containsAll(StateParts.of(event, definition));
    FeatureState state = become(event, feature, definition, shared);
    return shared
        ? new FeatureState(
            feature,
            StateAnswer.FILLED,
            state.warmUp(),
            "another feature of the contract keeps the same state")
        : state;
  }

  private FeatureState become(
      EventContract event, String feature, Windowed definition, boolean held) {
    if (definition.window() instanceof Window.Lifetime) {
      return held
          ? new FeatureState(feature, StateAnswer.KEEPS, Duration.ZERO, UNCHANGED)
          : new FeatureState(
              feature,
              StateAnswer.STARTS_EMPTY,
              Duration.ZERO,
              "no job holds the events of a lifetime: it counts from the restart on");
    }
    Duration needed = definition.window().reach().orElseThrow();
    List<String> reads = new ArrayList<>(StateParts.columns(event, definition));
    if (held) {
      // Tiles may hold it since later than the log holds what it reads.
      StateParts.of(event, definition).stream().filter(columns::containsKey).forEach(reads::add);
    }
    Duration known = known(reads, held ? needed : smaller(needed, reach));
    Duration rest = needed.minus(known);
    if (held) {
      return new FeatureState(
          feature,
          StateAnswer.KEEPS,
          rest,
          rest.isZero() ? UNCHANGED : UNCHANGED + ", and it has not seen its whole window yet");
    }
    if (rest.isZero()) {
      return new FeatureState(
          feature,
          StateAnswer.FILLED,
          rest,
          "a running job holds the events that it is filled from, of the last "
              + Meaning.duration(reach));
    }
    return new FeatureState(
        feature,
        StateAnswer.WARMS_UP,
        rest,
        "a running job "
            + (covers(event, definition)
                ? "holds events of the last " + Meaning.duration(seconds(known)) + " only"
                : "holds no events with what it reads")
            + ": the feature is complete "
            + Meaning.duration(seconds(rest))
            + " after the restart, `WARMING` until then");
  }

  /** Nobody reads milliseconds. */
  private static Duration seconds(Duration duration) {
    return Duration.ofSeconds(duration.toSeconds());
  }

  /** Whether all that a window reads of an event is held. */
  boolean covers(EventContract event, Windowed definition) {
    return columns.keySet().containsAll(StateParts.columns(event, definition));
  }

  private static Duration smaller(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /**
   * How far back from the latest event all events are known with these columns.
   *
   * @param most no more than this is asked for
   */
  private Duration known(List<String> needed, Duration most) {
    long since = sinceMillis;
    for (String column : needed) {
      since = Math.max(since, Objects.requireNonNullElse(columns.get(column), asOfMillis));
    }
    return since <= asOfMillis - most.toMillis()
        ? most
        : Duration.ofMillis(Math.max(0, asOfMillis - since));
  }
}
