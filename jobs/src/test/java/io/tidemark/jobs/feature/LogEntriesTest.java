package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where the entries of a log stand that stays in memory, and what they take there. */
class LogEntriesTest {
  private static final int SIZE = 20_000;
  private static final int SLACK = 1_000;
  private static final int MANY = 1_000;

  private final LogWorkspace workspace =
      new LogWorkspace(
          new LogLayout(1, List.of(new WindowSpec(SIZE, 0, List.of(0))), SLACK),
          new MapChunks(new HashMap<>()));
  private final KeyLog log = new KeyLog(workspace, true);

  LogEntriesTest() {
    workspace.maxHeldChunks = MANY;
    log.begin();
  }

  @Test
  void heapIsCountedAsItIsTaken() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    long time = 0;
    for (int i = 0; i < 20_000; i++) {
      time += random.nextInt(random.nextInt(2_000) == 0 ? SIZE : 5);
      insert(random.nextInt(20) == 0 ? Math.max(0, time - random.nextInt(SLACK)) : time, i);
      long chunkBytes = workspace.heldChunks * workspace.bytesPerChunk();
      assertThat(workspace.heapBytes() - workspace.bytesPerEmptyLog())
          .as("event " + i)
          .isEqualTo(Math.max(entryBytes(), chunkBytes));
      if (random.nextInt(2_000) == 0) {
        log.load(log.save());
      }
    }
  }

  @Test
  void burstLeavesNoLargeArrayBehind() throws Exception {
    insert(0, SIZE, 0);
    long largest = entryBytes();
    insert(2 * SIZE, 1, SIZE);
    for (int i = 0; i < 2 * LogEntries.RESIDENT_CHUNK_SIZE; i++) {
      insert(3L * SIZE + i * 100L, 2 * SIZE + i);
    }
    assertThat(entryBytes()).isLessThan(largest / 10);
  }

  @Test
  void keyWithManyEventsLeavesNoLargeArrayToTheNext() throws Exception {
    insert(0, SIZE, 0);
    long largest = entryBytes();
    log.begin();
    insert(0, 1);
    assertThat(entryBytes()).isLessThan(largest / 100);
    assertThat(workspace.heldChunks).isZero();
  }

  @Test
  void countsMoreThanItHoldsInMemory() throws Exception {
    insert(0, SIZE, 0);
    long held = workspace.heldChunks;
    assertThat(held * LogEntries.RESIDENT_CHUNK_SIZE).isBetween(SIZE / 2L, SIZE - 1L);
    assertThat(log.answer(0).events()).isEqualTo(SIZE);
    for (int i = 0; i < 2 * SIZE; i++) {
      insert(SIZE + i, SIZE + i);
      assertThat(log.answer(0).events()).as("event " + i).isEqualTo(SIZE);
      assertThat(workspace.heldChunks).isLessThanOrEqualTo(held);
    }
  }

  @Test
  void lateEventsAloneLetNoMoreChunksBeHeld() throws Exception {
    workspace.maxHeldChunks = 8;
    insert(0, SLACK, 0);
    for (int i = 0; i < 1_000; i++) {
      insert(SLACK / 2 + i % 50, SLACK + i);
      assertThat(workspace.heldChunks).as("event " + i).isLessThanOrEqualTo(8);
    }
    insert(SLACK, 2 * SLACK);
    assertThat(log.answer(0).sum(0)).isEqualTo(SLACK + 1_001);
  }

  /** One event per millisecond. */
  private void insert(long fromMillis, int count, long firstId) throws Exception {
    for (int i = 0; i < count; i++) {
      insert(fromMillis + i, firstId + i);
    }
  }

  private void insert(long time, long id) throws Exception {
    assertThat(log.insert(time, id, new double[] {1})).isTrue();
  }

  private long entryBytes() {
    return (long) (log.cells().length - workspace.cells) * Long.BYTES;
  }
}
