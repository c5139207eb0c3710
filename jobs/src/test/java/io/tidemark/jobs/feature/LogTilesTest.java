package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What tiles are for: keys with more events than can be kept. */
class LogTilesTest {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** The sum and the maximum of a column, and the number of events, over 30 days by the hour. */
  private static LogLayout thirtyDays() {
    return new LogLayout(
        1,
        List.of(
            new WindowSpec(
                new Trailing(Duration.ofDays(30), Duration.ZERO, Duration.ofHours(1)),
                List.of(0),
                List.of(new ColumnAggregate(new AggregateSpec(AggregateKind.MAX, List.of()), 0)))),
        10 * SECOND,
        HOUR);
  }

  /** Counts how often it is asked for something. */
  private static final class CountedChunks implements ChunkStore {
    private final Map<Long, byte[]> stored = new HashMap<>();
    private long calls;

    @Override
    public byte @Nullable [] get(long id) {
      calls++;
      return stored.get(id);
    }

    @Override
    public void put(long id, byte[] chunk) {
      calls++;
      stored.put(id, chunk);
    }

    @Override
    public void remove(long id) {
      calls++;
      stored.remove(id);
    }

    @Override
    public void clear() {
      stored.clear();
    }

    long bytes() {
      return stored.values().stream().mapToLong(chunk -> chunk.length).sum();
    }
  }

  @Test
  void millionEventsOfOneKeyTakeSomeDozensOfKilobytesAndCostTheSameToTheEnd() throws Exception {
    CountedChunks chunks = new CountedChunks();
    KeyLog log = new KeyLog(new LogWorkspace(thirtyDays(), chunks), false);
    log.begin();
    int perMonth = 800_000;
    long step = 30 * DAY / perMonth;
    int events = 1_000_000;
    long callsEarly = 0;
    for (int i = 0; i < events; i++) {
      log.insert(i * step, i, new double[] {i % 1_000});
      if (i == events / 2) {
        callsEarly = chunks.calls;
      }
    }

    assertThat(log.isTiled()).isTrue();
    assertThat(chunks.bytes() + log.save().length).isLessThan(90_000);
    long callsLate = chunks.calls - callsEarly;
    assertThat((double) callsLate).isLessThan(1.1 * callsEarly);
    long head = (events - 1) * step;
    long begin = (head - 30 * DAY) / HOUR * HOUR;
    long first = begin / step + 1;
    double sum = 0;
    for (long i = first; i < events; i++) {
      sum += i % 1_000;
    }
    WindowState answer = log.answer(0);
    assertThat(answer.events()).isEqualTo(events - first);
    assertThat(answer.sum(0)).isCloseTo(sum, within(1e-3));
    assertThat(answer.accumulator(0).result(head)).isEqualTo(999);
  }

  @Test
  void keyWithFewEventsHasNoTiles() throws Exception {
    CountedChunks chunks = new CountedChunks();
    KeyLog log = new KeyLog(new LogWorkspace(thirtyDays(), chunks), false);
    log.begin();
    for (int i = 0; i < 3_000; i++) {
      log.insert(i * HOUR / 4, i, new double[] {1});
    }

    assertThat(log.isTiled()).isFalse();
    assertThat(log.answer(0).events()).isEqualTo(30 * 24 * 4 + 3);
  }

  @Test
  void tilesGoWhenNoWindowReachesThem() throws Exception {
    CountedChunks chunks = new CountedChunks();
    KeyLog log = new KeyLog(new LogWorkspace(thirtyDays(), chunks), false);
    log.begin();
    for (int i = 0; i < 40_000; i++) {
      log.insert(i * MINUTE, i, new double[] {1});
    }
    assertThat(log.isTiled()).isTrue();
    long full = chunks.bytes();
    for (int i = 0; i < 300; i++) {
      log.insert(100 * DAY + i * DAY / 2, 50_000 + i, new double[] {1});
    }

    assertThat(chunks.bytes()).isLessThan(full / 4);
    assertThat(log.answer(0).events()).isEqualTo(60);
  }

  @Test
  void aVeryLateDuplicateOfADenseKeyIsTold() throws Exception {
    KeyLog log = new KeyLog(new LogWorkspace(thirtyDays(), new MapChunks(new HashMap<>())), false);
    log.begin();
    for (int i = 0; i < 60_000; i++) {
      log.insert(i * MINUTE, i, new double[] {1});
    }
    assertThat(log.isTiled()).isTrue();

    assertThat(log.insert(59_950 * MINUTE, 59_950, new double[] {1})).isFalse();
    assertThat(log.insert(59_950 * MINUTE, 70_000, new double[] {1})).isTrue();
    assertThat(log.isTooLate(59_930 * MINUTE)).isTrue();
  }

  /** What only they would have asked for was removed while they were too late. */
  @Test
  void eventsThatAreAllowedToBeLaterThanBeforeGetNoAnswerFromTilesThatAreGone() throws Exception {
    Map<Long, byte[]> chunks = new HashMap<>();
    KeyLog before = new KeyLog(new LogWorkspace(withExactWeek(0), new MapChunks(chunks)), false);
    before.begin();
    for (int i = 0; i < 60_000; i++) {
      before.insert(i * MINUTE, i, new double[] {1});
    }
    assertThat(before.isTiled()).isTrue();
    long head = before.headMillis();
    KeyLog log = new KeyLog(new LogWorkspace(withExactWeek(3 * DAY), new MapChunks(chunks)), false);
    log.load(before.save());

    assertThat(log.missingUpToMillis(1, head)).isLessThan(head - 30 * DAY);
    assertThat(log.missingUpToMillis(1, head - 2 * DAY)).isEqualTo(head - 2 * DAY);
    for (int i = 0; i < 4 * 24 * 60; i++) {
      log.insert(head + i * MINUTE, 100_000 + i, new double[] {1});
    }
    long later = log.headMillis();
    assertThat(log.missingUpToMillis(1, later - 2 * DAY)).isLessThan(later - 32 * DAY);
  }

  /** Seven days, and thirty by the hour. */
  private static LogLayout withExactWeek(long latenessMillis) {
    return new LogLayout(
        1,
        List.of(
            new WindowSpec(7 * DAY, 0, List.of(0)),
            new WindowSpec(
                new Trailing(Duration.ofDays(30), Duration.ZERO, Duration.ofHours(1)),
                List.of(0),
                List.of())),
        latenessMillis,
        latenessMillis + HOUR);
  }

  @Test
  void pagesOfALaterReleaseAreRefusedByNumber() {
    TilePage page = new TilePage(new LogState.Detached(new long[0], new Mergeable[0]));
    Map<Long, byte[]> stored = new HashMap<>(Map.of(5L, new byte[] {9}));

    assertThatThrownBy(() -> page.turnTo(5, new MapChunks(stored), new ByteWriter()))
        .hasMessageContaining("A page of tiles in format version 9");
  }
}
