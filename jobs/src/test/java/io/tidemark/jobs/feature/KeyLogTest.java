package io.tidemark.jobs.feature;

import static io.tidemark.contract.AggregateKind.MAX;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad events do to a log: bursts, wrong clocks, huge values. */
class KeyLogTest {
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
    assertThat(log.answer(0).sum(0)).isEqualTo(10);
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
    assertThat(log.answer(0).sum(0)).isEqualTo(5);
  }

  /** Fifteen thousand events in the window: an aggregate tree of three levels. */
  @ParameterizedTest
  @ValueSource(ints = {0, 50, 1_000})
  void largestOfALongWindowIsThatOfADeque(int heldChunks) throws Exception {
    long size = 15_000;
    LogLayout layout =
        new LogLayout(
            1,
            List.of(
                new WindowSpec(
                    new Trailing(Duration.ofMillis(size)),
                    List.of(),
                    List.of(new ColumnAggregate(new AggregateSpec(MAX, List.of()), 0)))),
            0);
    LogWorkspace workspace = new LogWorkspace(layout, new MapChunks(new HashMap<>()));
    workspace.maxHeldChunks = heldChunks;
    KeyLog log = new KeyLog(workspace, heldChunks > 0);
    log.begin();
    record Candidate(long time, double value) {}
    ArrayDeque<Candidate> falling = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(heldChunks);
    for (int i = 0; i < 60_000; i++) {
      // Falling, so that the largest is at times far back.
      double value = -i / 10.0 + random.nextInt(1_000);
      log.insert(i, i, new double[] {value});
      while (!falling.isEmpty() && falling.peekLast().value <= value) {
        falling.removeLast();
      }
      falling.add(new Candidate(i, value));
      if (falling.getFirst().time <= i - size) {
        falling.removeFirst();
      }
      assertThat(log.answer(0).accumulator(0).result(i))
          .as("event " + i)
          .isEqualTo(falling.getFirst().value);
    }
  }

  /** Each written state is bounded, whatever the number of events. */
  @Test
  void headerStaysBoundedWithEveryAggregate() throws Exception {
    List<ColumnAggregate> aggregates = new ArrayList<>();
    long bytes = 4_000;
    for (AggregateKind kind : AggregateKind.values()) {
      AggregateSpec spec = new AggregateSpec(kind, parameters(kind));
      aggregates.add(new ColumnAggregate(spec, 0));
      bytes += 3 * Math.min(spec.traits().largestStateBytes(), 20_000);
    }
    LogLayout layout =
        new LogLayout(
            1,
            List.of(new WindowSpec(new Trailing(Duration.ofMillis(4_000)), List.of(0), aggregates)),
            0);
    KeyLog log = new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), true);
    log.begin();
    SplittableRandom random = new SplittableRandom(1);
    int largest = 0;
    for (int i = 0; i < 12_000; i++) {
      log.insert(i, i, new double[] {random.nextInt(500)});
      if (i % 500 == 0) {
        largest = Math.max(largest, log.save().length);
      }
    }
    assertThat(largest).isLessThan((int) bytes);
  }

  private static List<Double> parameters(AggregateKind kind) {
    return switch (kind.parameter()) {
      case NONE -> List.of();
      case K -> List.of(5.0);
      case EXACT_UP_TO -> List.of(64.0);
      case QUANTILE -> List.of(0.9);
      case EDGES -> List.of(0.0, 1.0);
      case HALF_LIFE -> List.of(60_000.0);
    };
  }

  /** Eleven a second, of which an hour is asked for. */
  @Test
  void keyWithAMillionEventsADayIsExactAndBounded() throws Exception {
    long hour = 3_600_000;
    Map<Long, byte[]> chunks = new HashMap<>();
    LogLayout layout = layout(10_000, window(new Trailing(Duration.ofMillis(hour)), MAX));
    LogWorkspace workspace = new LogWorkspace(layout, new MapChunks(chunks));
    workspace.maxHeldChunks = 100;
    KeyLog log = new KeyLog(workspace, true);
    log.begin();
    int events = 120_000;
    for (int i = 0; i < events; i++) {
      log.insert(timeOf(i), i, new double[] {-i});
    }
    long oldest = 0;
    while (timeOf(oldest) <= timeOf(events - 1) - hour) {
      oldest++;
    }
    assertThat(log.answer(0).events()).isEqualTo(events - oldest);
    assertThat(log.answer(0).accumulator(0).result(timeOf(events))).isEqualTo((double) -oldest);
    assertThat(log.save().length).isLessThan(4_000);
    assertThat(workspace.heldChunks).isLessThanOrEqualTo(100 + 16 * workspace.chunksPerNode);
    assertThat((long) chunks.size()).as("chunks and nodes").isLessThan(events / 64 / 2);
  }

  private static long timeOf(long event) {
    return event * 86_400_000L / 1_000_000;
  }

  @Test
  void eventACenturyAheadEmptiesItsKeysWindowsAndNothingElse() throws Exception {
    long century = 36_525L * 86_400_000;
    KeyLog log =
        newLog(
            layout(
                10,
                window(new Trailing(Duration.ofMillis(100)), MAX),
                window(new Session(Duration.ofMillis(10), Duration.ofMillis(100)), MAX),
                window(new Tumbling(Duration.ofMillis(1_000), Duration.ZERO), MAX),
                window(new Lifetime(), MAX)));
    log.begin();
    for (int i = 0; i < 100; i++) {
      log.insert(1_000 + i, i, new double[] {i});
    }
    assertThat(log.insert(century, 1_000, new double[] {-1})).isTrue();
    assertThat(answers(log, 4, century)).containsExactly(-1.0, -1.0, -1.0, 99.0);

    assertThat(log.isTooLate(1_101)).as("what comes after it is behind the log").isTrue();
    assertThat(log.answerOnly(1_101, 1_001, new double[] {7})).isTrue();
    assertThat(answers(log, 4, 1_101)).as("and still answered").startsWith(99.0, 99.0, 99.0);
    assertThat(log.insert(century + 1, 1_002, new double[] {-2})).isTrue();
    assertThat(answers(log, 4, century + 1)).containsExactly(-1.0, -1.0, -1.0, 99.0);
  }

  @Test
  void eventACenturyBehindIsTooLateAndAnsweredByItself() throws Exception {
    long now = 36_525L * 86_400_000;
    KeyLog log =
        newLog(
            layout(
                10,
                window(new Trailing(Duration.ofMillis(100)), MAX),
                window(new Lifetime(), MAX)));
    log.begin();
    for (int i = 0; i < 200; i++) {
      log.insert(now + i, i, new double[] {i});
    }
    assertThat(log.isTooLate(0)).isTrue();
    assertThat(log.answerOnly(0, 1_000, new double[] {7})).isTrue();
    assertThat(answers(log, 2, 0)).containsExactly(7.0, 7.0);
    assertThat(log.droppedUpToMillis()).as("so that both are told incomplete").isPositive();
    assertThat(log.insert(now + 200, 1_001, new double[] {0})).isTrue();
    assertThat(answers(log, 2, now + 200)).containsExactly(199.0, 199.0);
  }

  @Test
  void valuesThatAreNoneEnterNoAggregate() throws Exception {
    WindowSpec all = everyAggregate(new Trailing(Duration.ofMillis(50)));
    KeyLog log = newLog(layout(0, all));
    log.begin();
    double[] none = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < 200; i++) {
      log.insert(i, i, new double[] {none[i % 3]});
    }
    WindowState state = log.answer(0);
    assertThat(state.events()).isEqualTo(50);
    assertThat(state.count(0)).isZero();
    check(all, state, List.of(), 199);
    log.insert(200, 200, new double[] {3.5});
    check(all, log.answer(0), List.of(new Timed(200, 3.5)), 200);
  }

  @Test
  void largestAndSmallestDoublesLeaveNothingBehind() throws Exception {
    WindowSpec all = everyAggregate(new Trailing(Duration.ofMillis(50)));
    KeyLog log = newLog(layout(0, all));
    log.begin();
    double[] extremes = {
      Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 1e300, -0.0, 1e-300
    };
    for (int i = 0; i < 200; i++) {
      log.insert(i, i, new double[] {extremes[i % extremes.length]});
      log.answer(0);
    }
    List<Timed> inside = new ArrayList<>();
    for (int i = 200; i < 260; i++) {
      log.insert(i, i, new double[] {i % 7});
      if (i >= 210) {
        inside.add(new Timed(i, i % 7));
      }
    }
    check(all, log.answer(0), inside, 259);
  }

  private static KeyLog newLog(LogLayout layout) {
    return new KeyLog(new LogWorkspace(layout, new MapChunks(new HashMap<>())), false);
  }

  private static LogLayout layout(long slackMillis, WindowSpec... windows) {
    return new LogLayout(1, List.of(windows), slackMillis);
  }

  private static WindowSpec window(Window window, AggregateKind kind) {
    return new WindowSpec(
        window, List.of(0), List.of(new ColumnAggregate(new AggregateSpec(kind, List.of()), 0)));
  }

  private static WindowSpec everyAggregate(Window window) {
    return new WindowSpec(
        window,
        List.of(0),
        Arrays.stream(AggregateKind.values())
            .map(kind -> new ColumnAggregate(new AggregateSpec(kind, parameters(kind)), 0))
            .toList());
  }

  private static List<Double> answers(KeyLog log, int windows, long asOf) throws Exception {
    List<Double> answers = new ArrayList<>();
    for (int i = 0; i < windows; i++) {
      answers.add(log.answer(i).accumulator(0).result(asOf));
    }
    return answers;
  }

  private static void check(WindowSpec spec, WindowState state, List<Timed> values, long asOf) {
    for (int i = 0; i < spec.aggregates().size(); i++) {
      AggregateSpec aggregate = spec.aggregates().get(i).spec();
      double[] expected =
          NaiveWindows.answer(aggregate.kind(), aggregate.parameters(), values, asOf);
      for (int k = 0; k < expected.length; k++) {
        double found = state.accumulator(i).result(k, asOf);
        if (Double.isNaN(expected[k])) {
          assertThat(found).as("%s", aggregate).isNaN();
        } else if (aggregate.kind() == AggregateKind.RANK_QUANTILE) {
          assertThat(NaiveWindows.isRankClose(aggregate.parameters().get(0), found, values))
              .as("%s is %s", aggregate, found)
              .isTrue();
        } else {
          assertThat(found)
              .as("%s", aggregate)
              .isCloseTo(
                  expected[k],
                  within(NaiveWindows.tolerance(aggregate.kind(), expected[k], values)));
        }
      }
    }
  }
}
