package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogChunkTest {
  private static final long[] IDS = {30, 10, 40, 20};

  @Test
  void knowsItsLargestId() {
    LogChunk chunk = chunk();

    for (long id : IDS) {
      assertThat(chunk.holdsId(id)).isTrue();
    }
    assertThat(chunk.largestId()).isEqualTo(40);
    chunk.begin(1, 0, 0);
    assertThat(chunk.largestId()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void halvesAndCopiesHoldWhatTheyMay() {
    LogChunk first = chunk();
    LogChunk second = first.splitAt(2, 1);
    LogChunk read = new LogChunk(0, 1);
    read.fromBytes(second.toBytes(new ByteWriter()));

    assertThat(first.largestId()).isGreaterThanOrEqualTo(30);
    assertThat(second.largestId()).isEqualTo(40);
    assertThat(read.largestId()).isEqualTo(40);
    assertThat(read.size()).isEqualTo(2);
    assertThat(read.time(0)).isEqualTo(2);
  }

  /** Without values, at the times 0, 1, 2, 3. */
  private static LogChunk chunk() {
    LogChunk chunk = new LogChunk(0, 1);
    chunk.begin(0, -1, 0);
    for (int i = 0; i < IDS.length; i++) {
      chunk.insert(i, i, IDS[i], new double[0]);
    }
    return chunk;
  }
}
