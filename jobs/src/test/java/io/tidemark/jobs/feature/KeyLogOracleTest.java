package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log with its cursors against a list that is scanned from end to end for every answer. */
class KeyLogOracleTest {
  private static final int EVENTS = 3_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersAsTheNaiveListDoes(int seed) throws Exception {
    compare(seed, 0);
  }

  /** Whatever part of them fits. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void answersAsTheNaiveListDoesWhileItHoldsChunksInMemory(int seed) throws Exception {
    compare(seed, 1 + seed % 5 * 4);
  }

  @Test
  @Tag("soak")
  void answersAsTheNaiveListDoesOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 3_000; seed++) {
      compare(seed, 0);
      compare(seed, 1 + seed % 12);
    }
  }

  @Test
  void keyWithManyEventsOfOneTimeStaysExact() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(10, 0, List.of(0))), 0);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
    log.begin();
    for (int i = 0; i < 10_000; i++) {
      assertThat(log.insert(5, i, new double[] {1})).isTrue();
    }
    assertThat(log.insert(5, 9_990, new double[] {1})).as("duplicate of a recent event").isFalse();
    assertThat(log.answer(0).events()).isEqualTo(10_000);
    assertThat(log.insert(15, 10_000, new double[] {1})).isTrue();
    assertThat(log.answer(0).events()).as("all but the last have left").isEqualTo(1);
  }

  @Test
  void burstBehindAnEarlyClockKeepsTheHeaderBounded() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(1_000, 0, List.of(0))), 500);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
    log.begin();
    log.insert(1_000, -1, new double[] {1});
    for (int i = 0; i < 5_000; i++) {
      log.insert(600 + i / 20, i, new double[] {1});
    }
    assertThat(log.save().length).isLessThan(3_000);
    assertThat(log.insert(1_000, 9_999, new double[] {1})).isTrue();
    assertThat(log.answer(0).events()).isEqualTo(5_002);
  }

  @Test
  void droppedChunksLeaveTheStoreBounded() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(100, 50, List.of(0))), 10);
    Map<Long, byte[]> chunks = new HashMap<>();
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(chunks)), false);
    log.begin();
    for (int i = 0; i < 100_000; i++) {
      log.insert(i, i, new double[] {i});
    }
    assertThat(chunks.size()).isLessThan(10);
  }

  @Test
  void eventAsOldAsTheLastDroppedChunkDoesNoHarm() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(100, 0, List.of(0))), 5);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
    log.begin();
    for (int i = 0; i < 32; i++) {
      log.insert(0, i, new double[] {1});
    }
    log.insert(105, 100, new double[] {1});
    assertThat(log.droppedUpToMillis()).isZero();
    assertThat(log.isTooLate(0)).isTrue();
    assertThat(log.answerOnly(0, 200, new double[] {1})).isTrue();
    assertThat(log.insert(1, 201, new double[] {1})).isTrue();
  }

  @Test
  void hugeValuesThatHaveLeftLeaveNothingBehind() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(10, 0, List.of(0))), 5);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
    log.begin();
    log.insert(0, 1, new double[] {1e40});
    log.insert(1, 2, new double[] {1e40 / 3});
    for (int i = 0; i < 1_000; i++) {
      log.insert(6 + i, 10 + i, new double[] {1});
    }
    assertThat(log.answer(0).sum(0).sum()).isEqualTo(10);
  }

  @Test
  void overflownSumRecoversOnceItsValuesHaveLeft() throws Exception {
    LogLayout layout = new LogLayout(1, List.of(new WindowSpec(10, 0, List.of(0))), 0);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
    log.begin();
    log.insert(0, 1, new double[] {Double.MAX_VALUE});
    log.insert(1, 2, new double[] {Double.MAX_VALUE});
    log.insert(5, 3, new double[] {2});
    log.insert(11, 4, new double[] {3});
    assertThat(log.answer(0).sum(0).sum()).isEqualTo(5);
  }

  /**
   * @param heldChunks how many sealed chunks the log may hold in memory; 0: it is read and written
   *     with each event
   */
  private static void compare(int seed, int heldChunks) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int columns = random.nextInt(3);
    LogLayout layout = randomLayout(random, columns);
    MapChunks chunks = new MapChunks(new HashMap<>());
    KeyLog log = newLog(layout, chunks, heldChunks);
    log.begin();
    List<Entry> oracle = new ArrayList<>();
    long head = 0;
    double disorder = random.nextInt(3) * 0.15;
    int pace = 1 + random.nextInt(40);
    for (int i = 0; i < EVENTS; i++) {
      String where = "seed " + seed + ", event " + i;
      long time;
      if (random.nextDouble() < disorder && head > 0) {
        time = Math.max(0, head - random.nextLong(layout.slackMillis() + 1));
      } else {
        time = head + (random.nextInt(4) == 0 ? 0 : random.nextInt(2 * pace));
        if (random.nextInt(500) == 0) {
          time += random.nextLong(2 * layout.largestReachMillis());
        }
      }
      double[] row = new double[columns];
      for (int column = 0; column < columns; column++) {
        row[column] =
            random.nextInt(10) == 0 ? Double.NaN : Math.rint(random.nextDouble() * 1e5) / 100;
      }
      Entry entry = new Entry(time, i, row);
      if (random.nextInt(20) == 0) {
        assertThat(log.answerOnly(time, i, row)).as(where).isTrue();
        check(where + " (answered only)", layout, log, oracle, entry);
        continue;
      }
      assertThat(log.insert(time, i, row)).as(where).isTrue();
      head = Math.max(head, time);
      insert(oracle, entry);
      check(where, layout, log, oracle, null, entry);
      if (random.nextInt(10) == 0) {
        Entry again = oracle.get(Math.max(0, oracle.size() - 1 - random.nextInt(20)));
        if (again.time > head - layout.slackMillis()) {
          assertThat(log.insert(again.time, again.id, again.row)).as(where + " again").isFalse();
        }
      }
      if (random.nextInt(heldChunks == 0 ? 3 : 300) == 0) {
        byte[] header = log.save();
        if (random.nextBoolean()) {
          log = newLog(layout, chunks, random.nextBoolean() ? heldChunks : 0);
        }
        log.load(header);
      }
    }
  }

  private static KeyLog newLog(LogLayout layout, MapChunks chunks, int heldChunks) {
    LogWorkspace workspace = new LogWorkspace(layout, chunks);
    workspace.maxHeldChunks = heldChunks;
    return new KeyLog(workspace, heldChunks > 0);
  }

  private static LogLayout randomLayout(SplittableRandom random, int columns) {
    List<WindowSpec> windows = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      List<Integer> read = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        if (random.nextBoolean()) {
          read.add(column);
        }
      }
      long delay = random.nextBoolean() ? 0 : random.nextLong(2_000);
      windows.add(new WindowSpec(1 + random.nextLong(3_000), delay, read));
    }
    return new LogLayout(columns, windows, 1 + random.nextLong(500));
  }

  /** Behind all entries of its time or earlier. */
  private static void insert(List<Entry> oracle, Entry entry) {
    int index = oracle.size();
    while (index > 0 && oracle.get(index - 1).time > entry.time) {
      index--;
    }
    oracle.add(index, entry);
  }

  private static void check(
      String where,
      LogLayout layout,
      KeyLog log,
      List<Entry> oracle,
      @Nullable Entry virtual,
      Entry asOf) {
    for (int window = 0; window < layout.windows().size(); window++) {
      WindowSpec spec = layout.windows().get(window);
      long events = 0;
      long[] counts = new long[layout.columns()];
      double[] sums = new double[layout.columns()];
      List<Entry> seen = new ArrayList<>();
      for (Entry entry : oracle) {
        if (virtual != null && entry.time > asOf.time) {
          break;
        }
        seen.add(entry);
        if (entry.id == asOf.id) {
          break;
        }
      }
      if (virtual != null) {
        seen.add(virtual);
      }
      for (Entry entry : seen) {
        if (entry.time > asOf.time - spec.reachMillis()
            && entry.time <= asOf.time - spec.delayMillis()) {
          events++;
          for (int column = 0; column < counts.length; column++) {
            if (!Double.isNaN(entry.row[column])) {
              counts[column]++;
              sums[column] += entry.row[column];
            }
          }
        }
      }
      WindowSums answer = log.answer(window);
      assertThat(answer.events()).as(where + ", window " + spec).isEqualTo(events);
      for (int i = 0; i < spec.columns().size(); i++) {
        int column = spec.columns().get(i);
        assertThat(answer.sum(i).count()).as(where + ", " + spec).isEqualTo(counts[column]);
        assertThat(answer.sum(i).sum())
            .as(where + ", " + spec)
            .isCloseTo(sums[column], within(1e-6));
      }
    }
  }

  private static void check(
      String where, LogLayout layout, KeyLog log, List<Entry> oracle, Entry virtual) {
    check(where, layout, log, oracle, virtual, virtual);
  }

  private record Entry(long time, long id, double[] row) {}
}
