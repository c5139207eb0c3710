package io.tidemark.jobs.feature;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.io.Serializable;
import java.time.Duration;
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
 */
record LogLayout(int columns, List<WindowSpec> windows, long slackMillis) implements Serializable {
  LogLayout {
    windows = List.copyOf(windows);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("A log without windows");
    }
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
