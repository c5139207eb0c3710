package io.tidemark.jobs.feature;

import static io.tidemark.contract.AggregateKind.MAX;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
      List<Double> parameters =
          switch (kind.parameter()) {
            case NONE -> List.of();
            case K -> List.of(5.0);
            case EXACT_UP_TO -> List.of(64.0);
            case QUANTILE -> List.of(0.9);
            case EDGES -> List.of(0.0, 1.0);
            case HALF_LIFE -> List.of(60_000.0);
          };
      AggregateSpec spec = new AggregateSpec(kind, parameters);
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
}
