package io.tidemark.jobs.feature;

import io.tidemark.contract.Durations;
import io.tidemark.contract.TilePlan;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How a window is served, and why so. A job says it at its start, for it decides what its state
 * takes.
 *
 * @param window in words
 */
record WindowPlan(String window, Structure structure, String reason) {

  /** What is kept for a window. */
  enum Structure {
    /** One running state, and no events. */
    RUNNING_STATE("a running state"),
    /** Running totals, and the events in the log that all windows of a key share. */
    RUNNING_TOTALS("running totals over the log"),
    /** Aggregates of ever longer parts of that log, too. */
    MERGED_PARTS("aggregates of parts of the log"),
    /** One of these, until a key has so many events that tiles take less. */
    TILES("the log, then tiles");

    private final String words;

    Structure(String words) {
      this.words = words;
    }
  }

  static WindowPlan of(WindowSpec spec, LogLayout layout) {
    String window = words(spec.window());
    if (spec.isHopping() && layout.mayBeTiled()) {
      return new WindowPlan(window, Structure.TILES, "these take less" + ladder(spec, layout));
    }
    if (spec.isGrowing()) {
      return new WindowPlan(
          window, Structure.RUNNING_STATE, "no event leaves it before all of them do");
    }
    String merged =
        spec.aggregates().stream()
            .map(aggregate -> aggregate.spec())
            .filter(aggregate -> !aggregate.traits().invertible())
            .map(aggregate -> aggregate.kind().yamlName())
            .distinct()
            .collect(Collectors.joining(", "));
    return merged.isEmpty()
        ? new WindowPlan(
            window, Structure.RUNNING_TOTALS, "its aggregates give back the events that leave it")
        : new WindowPlan(
            window, Structure.MERGED_PARTS, merged + " cannot give back the events that leave it");
  }

  /** The plans of all windows of a log, in one line. */
  static String describe(LogLayout layout) {
    List<String> plans =
        layout.windows().stream()
            .map(spec -> of(spec, layout))
            .map(plan -> plan.window + ": " + plan.structure.words + ", as " + plan.reason)
            .toList();
    Duration kept = Duration.ofMillis(layout.retentionMillis());
    return "events of "
        + layout.columns()
        + " columns are kept for "
        + Durations.format(kept)
        + (layout.mayBeTiled()
            ? ", or "
                + Durations.format(Duration.ofMillis(layout.tiledRetentionMillis()))
                + " where there are tiles"
            : "")
        + "; "
        + String.join("; ", plans);
  }

  private static String ladder(WindowSpec spec, LogLayout layout) {
    TilePlan plan = layout.tilePlan();
    Duration spared = Duration.ofMillis(layout.retentionMillis() - layout.tiledRetentionMillis());
    Duration hop = Objects.requireNonNull(((Trailing) spec.window()).hop());
    return plan.ladders().stream()
        .filter(ladder -> ladder.hop().equals(hop))
        .flatMap(ladder -> ladder.levels().stream())
        .map(level -> Durations.format(level.size()))
        .collect(
            Collectors.joining(
                ", ",
                " from %,d events of a key on, in sizes of ".formatted(plan.fewest(spared)),
                ""));
  }

  private static String words(Window window) {
    if (window instanceof Trailing trailing) {
      Duration hop = trailing.hop();
      return Durations.format(trailing.size())
          + (trailing.delay().isZero() ? "" : " delayed by " + Durations.format(trailing.delay()))
          + (hop == null ? "" : " whose lower end hops by " + Durations.format(hop));
    }
    if (window instanceof Session session) {
      return "session ended by " + Durations.format(session.gap());
    }
    if (window instanceof Tumbling tumbling) {
      return "tumbling " + Durations.format(tumbling.period());
    }
    return "lifetime";
  }
}
