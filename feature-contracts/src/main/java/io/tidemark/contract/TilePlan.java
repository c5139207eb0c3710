package io.tidemark.contract;

import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * In which tiles the windows of one log are kept that hop, once a key has events enough: the one
 * rule of jobs and of {@link StateEstimate}. Every key begins with its events alone; one in which
 * {@value #EVENTS_PER_TILE} of them or more would share a tile goes over to tiles, and keeps events
 * for {@link #logReach} only.
 *
 * <p>Part of the format of state: another rule for {@link Ladder#of sizes} needs another version of
 * a key's header.
 *
 * @param logReach how far behind a key's latest event the events themselves are needed where there
 *     are tiles: by windows that do not hop, and where the upper end of one lies that does
 * @param longestReach the same where there are none
 * @param ladders one per hop, the shortest first
 */
public record TilePlan(Duration logReach, Duration longestReach, List<Ladder> ladders) {
  /** Fewer events do not take more than the tile that would stand for them. */
  public static final int EVENTS_PER_TILE = 16;

  /**
   * How far behind a key's latest event, and the lateness that is allowed, a duplicate is told at
   * least: events are kept that long where tiles spare them.
   */
  public static final Duration ONCE = Duration.ofHours(1);

  /** For how many values of a tile the size of pages is reckoned. */
  public static final int VALUES_PER_TILE = 1_000;

  private static final long PAGE_BYTES = 16 << 10;
  private static final int MOST_PER_PAGE = 32;

  public TilePlan {
    ladders = List.copyOf(ladders);
  }

  /**
   * Tiles {@code (k·size, (k+1)·size]} of ever larger sizes, each of which divides the next, over
   * which windows with one hop are merged. The hop is one of them. A hop of more than an hour has
   * smaller ones for the newest events, for a window's upper end is exact: the events of the tile
   * that it cuts must be at hand. Larger ones make a long window a sum of some dozens.
   *
   * @param delay the longest of a window
   * @param levels the smallest first
   */
  public record Ladder(Duration hop, Duration delay, List<Level> levels) {
    private static final long LONGEST_FIRST = Duration.ofHours(1).toMillis();
    private static final int MOST_PARTS_OF_HOP = 64;
    private static final int FAN_OUT = 32;
    private static final int MOST_ON_TOP = 64;

    public Ladder {
      levels = List.copyOf(levels);
    }

    /**
     * @param reach how far behind the latest event tiles of this size are asked for
     */
    public record Level(Duration size, Duration reach) {
      public long tiles() {
        return ceilDiv(reach.toMillis(), size.toMillis());
      }
    }

    /**
     * @param reach of the longest window
     * @param delay the longest
     */
    private static Ladder of(Duration hop, Duration reach, Duration delay) {
      List<Level> levels = new ArrayList<>();
      long first = firstMillis(hop.toMillis());
      if (first < hop.toMillis()) {
        levels.add(new Level(Duration.ofMillis(first), delay.plus(hop)));
      }
      long size = hop.toMillis();
      levels.add(new Level(hop, reach));
      while (ceilDiv(reach.toMillis(), size) > MOST_ON_TOP) {
        size *= FAN_OUT;
        levels.add(new Level(Duration.ofMillis(size), reach));
      }
      return new Ladder(hop, delay, levels);
    }

    /** The hop, or its largest divisor that is no longer than an hour, if that is not too small. */
    private static long firstMillis(long hop) {
      for (long parts = ceilDiv(hop, LONGEST_FIRST); parts <= MOST_PARTS_OF_HOP; parts++) {
        if (hop % parts == 0) {
          return hop / parts;
        }
      }
      return hop;
    }

    /** The smallest size. */
    public Duration first() {
      return levels.get(0).size;
    }

    long tiles() {
      return levels.stream().mapToLong(Level::tiles).sum();
    }
  }

  /** Of the windows of a log. */
  public static TilePlan of(Collection<Window> windows) {
    Duration longest = Duration.ZERO;
    Duration events = Duration.ZERO;
    TreeMap<Duration, Duration> reaches = new TreeMap<>();
    TreeMap<Duration, Duration> delays = new TreeMap<>();
    for (Window window : windows) {
      if (window instanceof Lifetime || window instanceof Tumbling) {
        continue;
      }
      Duration reach = window.reach().orElseThrow();
      longest = longer(longest, reach);
      Duration hop = hop(window);
      if (hop.isZero()) {
        events = longer(events, reach);
      } else {
        reaches.merge(hop, reach, TilePlan::longer);
        delays.merge(hop, ((Trailing) window).delay(), TilePlan::longer);
      }
    }
    List<Ladder> ladders = new ArrayList<>();
    for (Duration hop : reaches.keySet()) {
      Ladder ladder = Ladder.of(hop, reaches.get(hop), delays.get(hop));
      ladders.add(ladder);
      events = longer(events, delays.get(hop).plus(ladder.first()));
    }
    return new TilePlan(events, longest, ladders);
  }

  /** Of a window that does; zero of any other. */
  private static Duration hop(Window window) {
    return window instanceof Trailing trailing && trailing.hop() != null
        ? trailing.hop()
        : Duration.ZERO;
  }

  private static long ceilDiv(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** How many tiles a key has at most, of all sizes. */
  public long tiles() {
    return ladders.stream().mapToLong(Ladder::tiles).sum();
  }

  /** How far behind its latest event every key has its events, whether it has tiles or not. */
  public Duration held() {
    Duration tiled = longer(logReach, ONCE);
    return ladders.isEmpty() || tiled.compareTo(longestReach) > 0 ? longestReach : tiled;
  }

  /**
   * How many tiles are stored together.
   *
   * @param bytes of a tile with {@value #VALUES_PER_TILE} values
   */
  public static int tilesPerPage(long bytes) {
    return (int) Math.max(1, Math.min(MOST_PER_PAGE, PAGE_BYTES / bytes));
  }

  /**
   * Whether a key is better served by tiles.
   *
   * @param events that it keeps without
   * @param keptLonger how much longer it keeps events without
   */
  public boolean pays(long events, Duration keptLonger) {
    return !ladders.isEmpty() && keptLonger.toMillis() > 0 && events >= fewest(keptLonger);
  }

  /** From how many events on a key is better served by tiles. */
  public long fewest(Duration keptLonger) {
    double spared = (double) keptLonger.toMillis() / longestReach.toMillis();
    return (long) Math.ceil((double) EVENTS_PER_TILE * tiles() / spared);
  }
}
