package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where the entries of a log stand that stays in memory, and what they take there. */
class LogEntriesTest {
  private static final int SIZE = 40_000;
  private static final int SLACK = 1_000;
  private static final int MANY = 1_000;

  private final Map<Long, byte[]> chunks = new HashMap<>();
  private final LogWorkspace workspace =
      new LogWorkspace(
          new LogLayout(1, List.of(new WindowSpec(SIZE, 0, List.of(0))), SLACK),
          new MapChunks(chunks));
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
      long copyBytes = (long) log.copies().length * Long.BYTES;
      assertThat(workspace.heapBytes() - workspace.bytesPerEmptyLog())
          .as("event " + i)
          .isEqualTo(copyBytes + Math.max(entryBytes(), chunkBytes));
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
    assertThat(held * LogEntries.LARGE_CHUNK_SIZE).isBetween(SIZE / 2L, SIZE - 1L);
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

  @Test
  void nothingIsSealedBeforeItIsSaved() throws Exception {
    insert(0, 200, 0);
    assertThat(chunks).isEmpty();
    log.load(log.save());
    assertThat(chunks).as("one of 128 entries, one of 64").hasSize(2);
    assertThat(log.open().size()).isEqualTo(8);
    insert(200, 200);
    assertThat(log.answer(0).events()).isEqualTo(201);
  }

  @Test
  void firstHalfOfTheLargestOpenChunkIsSealed() throws Exception {
    insert(0, LogEntries.MAX_OPEN, 0);
    assertThat(chunks).isEmpty();
    insert(LogEntries.MAX_OPEN, LogEntries.MAX_OPEN);
    assertThat(chunks).hasSize(1);
    assertThat(log.open().size()).isEqualTo(LogEntries.MAX_OPEN / 2 + 1);
    assertThat(log.answer(0).events()).isEqualTo(LogEntries.MAX_OPEN + 1);
  }

  @Test
  void entriesThatNoWindowReachesAreNeverStored() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      insert(i * 1_000L, i);
      assertThat(log.answer(0).events()).as("event " + i).isEqualTo(Math.min(i + 1, SIZE / 1_000));
    }
    log.save();
    assertThat(chunks).isEmpty();
    assertThat(log.open().size())
        .as("those of the window, and as late as events may be")
        .isEqualTo((SIZE + SLACK) / 1_000);
    assertThat(log.droppedUpToMillis()).isEqualTo(9_999_000L - SIZE - SLACK);
  }

  @Test
  void lateEventsCountWhereEntriesWereDropped() throws Exception {
    for (int i = 1; i <= 2_000; i++) {
      long time = i * 1_000L;
      insert(time, 2L * i);
      insert(time - SLACK / 2, 2L * i + 1);
      assertThat(log.insert(time, 2L * i, new double[] {1})).as("a duplicate").isFalse();
      insert(time + 1, -i);
      assertThat(log.answer(0).events())
          .as("event " + i)
          .isEqualTo(Math.min(3L * i, 3 * SIZE / 1_000));
    }
    assertThat(chunks).isEmpty();
  }

  @Test
  void theNewestEntryStaysOpen() throws Exception {
    insert(0, LogEntries.LARGE_CHUNK_SIZE, 0);
    log.save();
    assertThat(chunks).hasSize(1);
    assertThat(log.insert(SIZE, LogEntries.LARGE_CHUNK_SIZE - 1, new double[] {1}))
        .as("the head's id at another time")
        .isFalse();
  }

  @Test
  void fewEntriesAreKeptForAsLongAsDuplicatesAreTold() throws Exception {
    int once = 10 * SIZE;
    LogWorkspace shortWindow =
        new LogWorkspace(
            new LogLayout(1, List.of(new WindowSpec(SIZE, 0, List.of(0))), SLACK, once),
            new MapChunks(chunks));
    KeyLog few = new KeyLog(shortWindow, true);
    few.begin();
    for (int i = 0; i < 20; i++) {
      assertThat(few.insert((long) i * SIZE, i, new double[] {1})).isTrue();
    }
    few.save();
    assertThat(few.answerOnly(11L * SIZE, 11, new double[] {1})).as("a duplicate").isFalse();
    assertThat(few.answerOnly(5L * SIZE, 5, new double[] {1})).as("forgotten").isTrue();
  }

  @Test
  void roomForCopiesIsGivenBackAfterARestore() throws Exception {
    insert(0, 200, 0);
    log.load(log.save());
    assertThat(log.copies()).isNotEmpty();
    insert(3L * SIZE, 1_000);
    log.save();
    assertThat(log.copies()).isEmpty();
    assertThat(log.answer(0).events()).isEqualTo(1);
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
