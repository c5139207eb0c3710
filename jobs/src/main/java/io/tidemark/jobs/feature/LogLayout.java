package io.tidemark.jobs.feature;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.TilePlan;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one entity's log holds and which windows run over it.
 *
 * @param columns number of values per entry
 * @param windows distinct windows, in the order that positions refer to
 * @param slackMillis how far behind its key's head an event is answered in full: entries are kept
 *     for the largest reach plus this
 * @param onceMillis how far behind its key's head a duplicate is told at least where tiles spare
 *     the entries
 */
record LogLayout(int columns, List<WindowSpec> windows, long slackMillis, long onceMillis)
    implements Serializable {
  LogLayout {
    windows = List.copyOf(windows);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("A log without windows");
    }
  }

  /** One whose entries are kept for windows and late events alone. */
  LogLayout(int columns, List<WindowSpec> windows, long slackMillis) {
    this(columns, windows, slackMillis, 0);
  }

  /**
   * One window and what is aggregated over it.
   *
   * @param columns whose count and sum are kept
   * @param aggregates the others
   */
  record WindowSpec(Window window, List<Integer> columns, List<ColumnAggregate> aggregates)
      implements Serializable {
    WindowSpec {
      columns = List.copyOf(columns);
      aggregates = List.copyOf(aggregates);
    }

    /** Counts and sums over the trailing window {@code (t - delay - size, t - delay]}. */
    WindowSpec(long sizeMillis, long delayMillis, List<Integer> columns) {
      this(
          new Trailing(Duration.ofMillis(sizeMillis), Duration.ofMillis(delayMillis), null),
          columns,
          List.of());
    }

    /** How far behind the head the window needs entries: 0 where it only grows. */
    long reachMillis() {
      return isGrowing() ? 0 : window.reach().orElseThrow().toMillis();
    }

    /** Whether a running state serves the window, so that it needs no entries. */
    boolean isGrowing() {
      return window instanceof Tumbling || window instanceof Lifetime;
    }

    /** Whether its lower end hops, so that tiles can serve it. */
    boolean isHopping() {
      return window instanceof Trailing trailing && trailing.hop() != null;
    }

    /** The number of events, the summed columns, the aggregates. */
    int parts() {
      return 1 + columns.size() + aggregates.size();
    }

    /** How the window grows; only of one that does. */
    Growth growth() {
      return window instanceof Tumbling tumbling
          ? new Growth(tumbling.period().toMillis(), tumbling.offset().toMillis())
          : new Growth(0, 0);
    }

    /** How far behind the head entries enter the window. */
    long delayMillis() {
      return window instanceof Trailing trailing ? trailing.delay().toMillis() : 0;
    }

    /** Where entries leave the window; only of one that does not grow. */
    Edge leavingEdge() {
      if (window instanceof Session session) {
        return new Edge(session.maximum().toMillis(), 0, session.gap().toMillis());
      }
      Trailing trailing = (Trailing) window;
      Duration hop = trailing.hop();
      return new Edge(
          trailing.size().plus(trailing.delay()).toMillis(), hop == null ? 0 : hop.toMillis(), 0);
    }
  }

  /**
   * An aggregate of a column.
   *
   * @param column {@link #EVENT} for 1 per event
   */
  record ColumnAggregate(AggregateSpec spec, int column) implements Serializable {
    static final int EVENT = -1;

    /** Of an entry in the array it stands in. */
    double value(long[] cells, int at) {
      return column == EVENT ? 1 : LogChunk.value(cells, at, column);
    }
  }

  long largestReachMillis() {
    return windows.stream().mapToLong(WindowSpec::reachMillis).max().orElseThrow();
  }

  /** Entries this far behind the head of their key are dropped. */
  long retentionMillis() {
    return Math.max(1, largestReachMillis() + slackMillis);
  }

  /** The tiles that serve its windows in a key with many events. */
  TilePlan tilePlan() {
    return TilePlan.of(windows.stream().map(WindowSpec::window).toList());
  }

  /** What a tile holds: each part that one of the windows with a hop has. */
  WindowSpec tile(Duration hop) {
    List<Integer> sums = new ArrayList<>();
    List<ColumnAggregate> others = new ArrayList<>();
    for (WindowSpec spec : windows) {
      if (spec.window() instanceof Trailing trailing && hop.equals(trailing.hop())) {
        spec.columns.stream().filter(sum -> !sums.contains(sum)).forEach(sums::add);
        spec.aggregates.stream().filter(other -> !others.contains(other)).forEach(others::add);
      }
    }
    return new WindowSpec(new Trailing(hop), sums, others);
  }

  /** Entries this far behind the head of their key are dropped where there are tiles. */
  long tiledRetentionMillis() {
    return Math.max(1, Math.max(tilePlan().logReach().toMillis() + slackMillis, onceMillis));
  }

  /** Whether keys may go over to tiles: where events are kept as long anyway, they do not. */
  boolean mayBeTiled() {
    return !tilePlan().ladders().isEmpty() && tiledRetentionMillis() < retentionMillis();
  }

  /** How many {@link #gapOf positions} there are. */
  int gapPositions() {
    return growingPositions()
        + windows.stream().filter(WindowSpec::isHopping).mapToInt(WindowSpec::parts).sum();
  }

  /** The same of columns, and of parts of windows that only grow. */
  int growingPositions() {
    return columns
        + windows.stream().filter(WindowSpec::isGrowing).mapToInt(WindowSpec::parts).sum();
  }

  /**
   * What must not have a gap for a value of a window to be right that is merged from tiles, beside
   * {@link #gapOf}.
   *
   * @return {@link LogGaps#NONE} for a window that does not hop
   */
  int tileGapOf(int window, int part) {
    if (!windows.get(window).isHopping()) {
      return LogGaps.NONE;
    }
    int before = growingPositions();
    for (int i = 0; i < window; i++) {
      before += windows.get(i).isHopping() ? windows.get(i).parts() : 0;
    }
    return before + part;
  }

  /**
   * What must not have a gap for a value of a window to be right: a column of the log, or of a
   * window that only grows the part itself, for no entry fills that again.
   *
   * @param part 0 for the number of events, then the summed columns, then the aggregates
   * @return {@link LogGaps#NONE} for the number of events of a window that has its entries
   */
  int gapOf(int window, int part) {
    WindowSpec spec = windows.get(window);
    if (!spec.isGrowing()) {
      int column =
          part == 0
              ? ColumnAggregate.EVENT
              : part <= spec.columns.size()
                  ? spec.columns.get(part - 1)
                  : spec.aggregates.get(part - 1 - spec.columns.size()).column();
      return column == ColumnAggregate.EVENT ? LogGaps.NONE : column;
    }
    int before = columns;
    for (int i = 0; i < window; i++) {
      before += windows.get(i).isGrowing() ? windows.get(i).parts() : 0;
    }
    return before + part;
  }

  /** How long after the last event an answer can depend on the log; empty where for ever. */
  OptionalLong memoryMillis() {
    long longest = 0;
    for (WindowSpec spec : windows) {
      Optional<Duration> reach = spec.window().reach();
      if (reach.isEmpty()) {
        return OptionalLong.empty();
      }
      longest = Math.max(longest, reach.get().toMillis());
    }
    return OptionalLong.of(Math.max(1, longest + slackMillis));
  }
}
