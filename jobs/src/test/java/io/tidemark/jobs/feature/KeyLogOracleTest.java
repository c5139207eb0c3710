package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import io.tidemark.jobs.feature.NaiveWindows.Timed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The log with all kinds of windows and aggregates against a list that is scanned from end to end
 * for every answer: events out of order, of equal time, sent twice and only asked about, values
 * that are none, a restore now and then.
 */
class KeyLogOracleTest {
  private static final int EVENTS = 1_500;
  private static final int EVENTS_OF_DENSE_KEYS = 2_500;
  private static final int EVENTS_AFTER_A_CHANGE = 1_500;
  private static final int COLUMNS = 3;
  private static final List<String> COLUMN_NAMES = List.of("one", "two", "three");

  private static final List<AggregateSpec> AGGREGATES =
      List.of(
          spec(AggregateKind.MIN),
          spec(AggregateKind.MAX),
          spec(AggregateKind.VARIANCE),
          spec(AggregateKind.STDDEV),
          spec(AggregateKind.SKEWNESS),
          spec(AggregateKind.KURTOSIS),
          spec(AggregateKind.FIRST),
          spec(AggregateKind.LAST),
          spec(AggregateKind.FIRST_K, 3),
          spec(AggregateKind.LAST_K, 5),
          spec(AggregateKind.TOP_K, 3),
          spec(AggregateKind.DISTINCT, 4_096),
          spec(AggregateKind.ENTROPY, 4_096),
          spec(AggregateKind.QUANTILE, 0.5),
          spec(AggregateKind.QUANTILE, 0.99),
          spec(AggregateKind.RANK_QUANTILE, 0.9),
          spec(AggregateKind.HISTOGRAM, 0, 1, 10, 500),
          spec(AggregateKind.TIME_SINCE_LAST),
          spec(AggregateKind.DECAYED_SUM, 700),
          spec(AggregateKind.DECAYED_RATE, 60_000));

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersAsTheNaiveListDoes(int seed) throws Exception {
    compare(seed, 0);
  }

  /** Whatever part of them fits. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersAsTheNaiveListDoesWhileItHoldsChunksInMemory(int seed) throws Exception {
    compare(1_000_000 + seed, 1 + seed % 5 * 4);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersAsTheNaiveListDoesFromTiles(int seed) throws Exception {
    compareDense(seed, seed % 2 * (1 + seed % 7 * 4));
  }

  @Test
  @Tag("soak")
  void answersAsTheNaiveListDoesOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 2_000; seed++) {
      compare(seed, 0);
      compare(seed, 1 + seed % 40);
    }
  }

  @Test
  @Tag("soak")
  void answersAsTheNaiveListDoesFromTilesOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 1_300; seed++) {
      compareDense(seed, seed % 2 * (1 + seed % 40));
    }
  }

  /** A late entry shifts the blocks of a chunk that a tail stands in, and then it is restored. */
  @Test
  void answersAsTheNaiveListDoesAfterALateEntryAndARestore() throws Exception {
    compare(5_957, 38);
  }

  private static AggregateSpec spec(AggregateKind kind, double... parameters) {
    List<Double> list = new ArrayList<>();
    for (double parameter : parameters) {
      list.add(parameter);
    }
    return new AggregateSpec(kind, list);
  }

  /**
   * @param heldChunks how many sealed chunks the log may hold in memory; 0: it is read and written
   *     with each event
   */
  private static void compare(int seed, int heldChunks) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    LogLayout layout = randomLayout(random);
    int pace = 1 + random.nextInt(40);
    new Key("seed " + seed, random, layout, heldChunks).take(EVENTS, pace, 1);
  }

  /** The same with windows that hop, so many events that tiles serve them, and any unit of time. */
  private static void compareDense(int seed, int heldChunks) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long unit = List.of(1L, 7L, 600_000L).get(seed % 3);
    LogLayout layout = hoppingLayout(random, unit);
    String where = "dense seed " + seed;
    Key key = new Key(where, random, layout, heldChunks);
    key.take(EVENTS_OF_DENSE_KEYS, 1, unit);
    assertThat(key.log.isTiled()).as(where + ", " + layout).isTrue();
    key.turn(changed(random, layout, unit));
    key.take(EVENTS_AFTER_A_CHANGE, 1, unit);
    assertThat(key.log.isTiled()).as(where + ", " + layout).isTrue();
  }

  /** With some windows less and some more, those that stay with more to aggregate or less. */
  private static LogLayout changed(SplittableRandom random, LogLayout layout, long unit) {
    List<WindowSpec> windows = new ArrayList<>(layout.windows());
    windows.replaceAll(
        was ->
            switch (random.nextInt(4)) {
              case 0 -> spec(random, was.window());
              case 1 -> new WindowSpec(was.window(), was.columns(), List.of());
              default -> was;
            });
    windows.addAll(hoppingLayout(random, unit).windows());
    return new LogLayout(COLUMNS, windows, layout.slackMillis(), layout.onceMillis());
  }

  /** A key that answers as the list of all of its events does. */
  private static final class Key {
    private final String name;
    private final SplittableRandom random;
    private final MapChunks chunks = new MapChunks(new HashMap<>());
    private final List<Entry> oracle = new ArrayList<>();
    private final double disorder;
    private final int heldChunks;
    private LogLayout layout;

    /** Windows that must be complete: those that were there from the start. */
    private LogLayout before;

    private KeyLog log;
    private long head;
    private long lastId;

    Key(String name, SplittableRandom random, LogLayout layout, int heldChunks) {
      this.name = name;
      this.random = random;
      this.layout = layout;
      this.before = layout;
      this.heldChunks = heldChunks;
      this.disorder = random.nextInt(3) * 0.15;
      this.log = newLog(layout, chunks, heldChunks);
      log.begin();
    }

    /**
     * @param pace most events are less than twice as many units apart
     */
    void take(int events, int pace, long unit) throws Exception {
      for (int i = 0; i < events; i++) {
        String where = name + ", event " + lastId;
        Entry entry = new Entry(nextTime(pace, unit), lastId++, randomRow(random));
        if (random.nextInt(20) == 0 || (!oracle.isEmpty() && log.isTooLate(entry.time))) {
          assertThat(log.answerOnly(entry.time, entry.id, entry.row)).as(where).isTrue();
          List<Entry> asked = new ArrayList<>(upTo(oracle, entry.time));
          asked.add(entry);
          check(where + " (answered only)", asked);
          continue;
        }
        assertThat(log.insert(entry.time, entry.id, entry.row)).as(where).isTrue();
        head = Math.max(head, entry.time);
        int index = upTo(oracle, entry.time).size();
        oracle.add(index, entry);
        if (random.nextInt(pace == 1 ? 20 : index + 1 < oracle.size() ? 1 : 3) == 0) {
          check(where, oracle.subList(0, index + 1));
        }
        if (random.nextInt(10) == 0) {
          Entry again = oracle.get(Math.max(0, oracle.size() - 1 - random.nextInt(20)));
          if (!log.isTooLate(again.time)) {
            assertThat(log.insert(again.time, again.id, again.row)).as(where + " again").isFalse();
          }
        }
        if (random.nextInt(heldChunks == 0 ? 3 : 300) == 0) {
          byte[] header = log.save();
          if (random.nextBoolean()) {
            log = newLog(layout, chunks, random.nextBoolean() ? heldChunks : 0);
          }
          serveAnotherKey(new SplittableRandom(lastId));
          log.load(header);
        }
      }
    }

    /** One with too few events to store a chunk. */
    private void serveAnotherKey(SplittableRandom another) throws Exception {
      log.begin();
      long time = another.nextLong(2 * head + 1);
      for (int id = another.nextInt(20); id > 0; id--) {
        time += another.nextLong(layout.slackMillis() + 1);
        log.insert(time, id, randomRow(another));
      }
    }

    private long nextTime(int pace, long unit) {
      if (random.nextDouble() < disorder && head > 0) {
        long most = random.nextInt(10) == 0 ? layout.retentionMillis() : layout.slackMillis() + 1;
        return Math.max(0, head - random.nextLong(most));
      }
      long time = head + (random.nextInt(4) == 0 ? 0 : unit * random.nextInt(2 * pace));
      return random.nextInt(pace == 1 ? 2_000 : 400) == 0
          ? time + random.nextLong(1 + 2 * layout.largestReachMillis())
          : time;
    }

    /**
     * @param seen all entries up to the one that asks, which is the last
     */
    private void check(String where, List<Entry> seen) throws Exception {
      long asOf = seen.get(seen.size() - 1).time;
      List<Long> times = seen.stream().map(Entry::time).toList();
      for (int i = 0; i < layout.windows().size(); i++) {
        WindowSpec spec = layout.windows().get(i);
        WindowState answer = log.answer(i);
        String what = where + ", " + spec;
        List<Entry> inside =
            NaiveWindows.inside(spec.window(), times).stream().map(seen::get).toList();
        if (isComplete(what, answer, asOf, i, 0)) {
          assertThat(answer.events()).as(what).isEqualTo(inside.size());
        }
        for (int sum = 0; sum < spec.columns().size(); sum++) {
          if (isComplete(what, answer, asOf, i, 1 + sum)) {
            List<Timed> values = values(inside, spec.columns().get(sum));
            long count = values.stream().filter(value -> Double.isFinite(value.value())).count();
            assertThat(answer.count(sum)).as(what).isEqualTo(count);
            double expected = NaiveWindows.answer(AggregateKind.SUM, List.of(), values, asOf)[0];
            assertThat(answer.sum(sum)).as(what).isCloseTo(expected, within(1e-6));
          }
        }
        for (int other = 0; other < spec.aggregates().size(); other++) {
          ColumnAggregate aggregate = spec.aggregates().get(other);
          if (isComplete(what, answer, asOf, i, 1 + spec.columns().size() + other)) {
            KeyLogOracleTest.check(
                what + ", " + aggregate,
                aggregate.spec(),
                answer.accumulator(other),
                values(inside, aggregate.column()),
                asOf);
          }
        }
      }
    }

    /** Only what was not asked for before may be incomplete, and what is as of too long ago. */
    private boolean isComplete(String where, WindowState answer, long asOf, int window, int part) {
      long gap =
          Math.max(
              log.gaps().upToMillis(layout.gapOf(window, part)),
              log.gaps().upToMillis(layout.tileGapOf(window, part)));
      WindowSpec spec = layout.windows().get(window);
      boolean complete =
          Coverage.of(spec)
              .isComplete(asOf, answer, Coverage.ALWAYS, log.missingUpToMillis(window, asOf), gap);
      if (!complete && parts(before).contains(parts(spec).get(part))) {
        assertThat(asOf)
            .as(where + ", part " + part)
            .isLessThan(log.headMillis() - layout.slackMillis());
      }
      return complete;
    }

    private static List<String> parts(LogLayout of) {
      return of.windows().stream().flatMap(spec -> parts(spec).stream()).toList();
    }

    private static List<String> parts(WindowSpec spec) {
      List<String> parts = new ArrayList<>();
      parts.add(spec.window() + " events");
      spec.columns().forEach(column -> parts.add(spec.window() + " sum " + column));
      spec.aggregates().forEach(aggregate -> parts.add(spec.window() + " " + aggregate));
      return parts;
    }

    /** Goes on with other windows over the same columns. */
    void turn(LogLayout next) throws Exception {
      byte[] turned =
          new LogMigration(
                  new StoredLayout(layout, COLUMN_NAMES),
                  0,
                  next,
                  new StoredLayout(next, COLUMN_NAMES),
                  0,
                  chunks)
              .turn(log.save());
      before = layout;
      layout = next;
      log = newLog(layout, chunks, 0);
      log.load(turned);
    }
  }

  private static KeyLog newLog(LogLayout layout, MapChunks chunks, int heldChunks) {
    LogWorkspace workspace = new LogWorkspace(layout, chunks);
    workspace.maxHeldChunks = heldChunks;
    return new KeyLog(workspace, heldChunks > 0);
  }

  private static double[] randomRow(SplittableRandom random) {
    double[] row = {
      Math.rint(random.nextDouble() * 1e5) / 100,
      random.nextInt(10) * (random.nextBoolean() ? 1.0 : -1.0),
      random.nextInt(4)
    };
    for (int column = 0; column < row.length; column++) {
      switch (random.nextInt(30)) {
        case 0, 1, 2 -> row[column] = Double.NaN;
        case 3 -> row[column] = Double.POSITIVE_INFINITY;
        case 4 -> row[column] = Double.NEGATIVE_INFINITY;
        default -> {}
      }
    }
    return row;
  }

  private static LogLayout randomLayout(SplittableRandom random) {
    List<WindowSpec> windows = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      windows.add(randomSpec(random));
    }
    return new LogLayout(COLUMNS, windows, random.nextInt(4) == 0 ? 0 : random.nextLong(500));
  }

  private static WindowSpec randomSpec(SplittableRandom random) {
    WindowSpec spec = spec(random, new Lifetime());
    return new WindowSpec(randomWindow(random), spec.columns(), spec.aggregates());
  }

  private static WindowSpec spec(SplittableRandom random, Window window) {
    List<Integer> sums = new ArrayList<>();
    for (int column = 0; column < COLUMNS; column++) {
      if (random.nextBoolean()) {
        sums.add(column);
      }
    }
    List<ColumnAggregate> aggregates = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      AggregateSpec spec = AGGREGATES.get(random.nextInt(AGGREGATES.size()));
      boolean ofEvents = spec.kind() == AggregateKind.TIME_SINCE_LAST && random.nextBoolean();
      // Of the first column's many distinct values the most frequent are known up to a bound
      // only.
      int column = spec.kind() == AggregateKind.TOP_K ? 1 : random.nextInt(COLUMNS);
      aggregates.add(new ColumnAggregate(spec, ofEvents ? ColumnAggregate.EVENT : column));
    }
    return new WindowSpec(window, sums, aggregates);
  }

  private static LogLayout hoppingLayout(SplittableRandom random, long unit) {
    List<WindowSpec> windows = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      windows.add(spec(random, hopping(random, unit)));
    }
    if (random.nextBoolean()) {
      Window window =
          switch (random.nextInt(4)) {
            case 0 -> new Trailing(Duration.ofMillis(unit * (1 + random.nextInt(60))));
            case 1 -> new Tumbling(Duration.ofMillis(unit * 100), Duration.ofMillis(unit * 5));
            case 2 -> new Session(Duration.ofMillis(unit * 3), Duration.ofMillis(unit * 50));
            default -> new Lifetime();
          };
      windows.add(random.nextInt(windows.size() + 1), spec(random, window));
    }
    long slack = unit * random.nextInt(30);
    return new LogLayout(
        COLUMNS, windows, slack, random.nextBoolean() ? 0 : slack + unit * random.nextInt(50));
  }

  private static Window hopping(SplittableRandom random, long unit) {
    Duration hop = Duration.ofMillis(unit * List.of(20, 24, 36).get(random.nextInt(3)));
    Duration delay = Duration.ofMillis(random.nextBoolean() ? 0 : unit * random.nextInt(30));
    return new Trailing(hop.multipliedBy(8 + random.nextLong(10)), delay, hop);
  }

  private static Window randomWindow(SplittableRandom random) {
    Duration size = Duration.ofMillis(1 + random.nextLong(3_000));
    Duration delay = Duration.ofMillis(random.nextBoolean() ? 0 : random.nextLong(2_000));
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Trailing(size, delay, null);
      case 3 -> {
        Duration hop = Duration.ofMillis(1 + random.nextLong(200));
        yield new Trailing(hop.multipliedBy(1 + random.nextLong(20)), delay, hop);
      }
      case 4 -> new Tumbling(size, Duration.ofMillis(random.nextLong(size.toMillis())));
      case 5, 6 -> {
        Duration gap = Duration.ofMillis(1 + random.nextLong(60));
        yield new Session(gap, gap.plusMillis(random.nextLong(3_000)));
      }
      default -> new Lifetime();
    };
  }

  private static List<Entry> upTo(List<Entry> oracle, long time) {
    int index = oracle.size();
    while (index > 0 && oracle.get(index - 1).time > time) {
      index--;
    }
    return oracle.subList(0, index);
  }

  private static void check(
      String what,
      AggregateSpec spec,
      io.tidemark.aggregate.Accumulator answer,
      List<Timed> values,
      long asOf) {
    double[] expected = NaiveWindows.answer(spec.kind(), spec.parameters(), values, asOf);
    assertThat(answer.width()).isEqualTo(expected.length);
    for (int k = 0; k < expected.length; k++) {
      double found = answer.result(k, asOf);
      if (spec.kind() == AggregateKind.RANK_QUANTILE) {
        assertThat(NaiveWindows.isRankClose(spec.parameters().get(0), found, values))
            .as(what + ": " + found)
            .isTrue();
      } else if (Double.isNaN(expected[k])) {
        assertThat(found).as(what).isNaN();
      } else {
        assertThat(found)
            .as(what)
            .isCloseTo(
                expected[k], within(NaiveWindows.tolerance(spec.kind(), expected[k], values)));
      }
    }
  }

  private static List<Timed> values(List<Entry> entries, int column) {
    return entries.stream()
        .map(
            entry -> new Timed(entry.time, column == ColumnAggregate.EVENT ? 1 : entry.row[column]))
        .toList();
  }

  private record Entry(long time, long id, double[] row) {}
}
