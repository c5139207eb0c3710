package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFileSinkTest {
  private static final LineFormat<String> WITH_HEADER = format("text");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz", "out.csv.gz.part"})
  void linesFollowTheHeader(String name) throws Exception {
    try (StatefulSinkWriter<String, Long> writer = sink(name).createWriter(null)) {
      writer.write("one", null);
      writer.write("zwei, é", null);
      writer.flush(true);
    }

    assertThat(lines(name)).containsExactly("text", "one", "zwei, é");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz"})
  void fileWithoutRecordsHasItsHeader(String name) throws Exception {
    try (StatefulSinkWriter<String, Long> writer = sink(name).createWriter(null)) {
      writer.flush(true);
    }

    assertThat(lines(name)).containsExactly("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz"})
  void restartCutsTheFileBackToItsCheckpoint(String name) throws Exception {
    long length;
    try (StatefulSinkWriter<String, Long> writer = sink(name).createWriter(null)) {
      writer.write("kept", null);
      length = checkpoint(writer);
      writer.write("after the checkpoint", null);
      checkpoint(writer);
      writer.write("never flushed", null);
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      try (StatefulSinkWriter<String, Long> writer =
          sink(name).restoreWriter(null, List.of(length))) {
        writer.write("again", null);
        writer.flush(true);
      }
      assertThat(lines(name)).containsExactly("text", "kept", "again");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.csv", "out.csv.gz"})
  void startWithoutACheckpointBeginsTheFileAnew(String name) throws Exception {
    for (int attempt = 0; attempt < 2; attempt++) {
      try (StatefulSinkWriter<String, Long> writer = sink(name).createWriter(null)) {
        writer.write("once", null);
        writer.flush(true);
      }
    }
    assertThat(lines(name)).containsExactly("text", "once");

    try (StatefulSinkWriter<String, Long> writer = sink(name).restoreWriter(null, List.of())) {
      writer.flush(true);
    }
    assertThat(lines(name)).containsExactly("text");
  }

  /** Writes, checkpoints, dies anywhere, goes on from the last checkpoint. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyLineStandsOnceWhateverFails(long seed) throws Exception {
    Random random = new Random(seed);
    String name = random.nextBoolean() ? "out.csv" : "out.csv.gz";
    SimpleVersionedSerializer<Long> serializer = sink(name).getWriterStateSerializer();
    byte[] checkpoint = new byte[0];
    int next = 0;
    int checkpointed = 0;
    while (next < 500) {
      next = checkpointed;
      StatefulSinkWriter<String, Long> writer =
          checkpoint.length == 0
              ? sink(name).createWriter(null)
              : sink(name).restoreWriter(null, List.of(serializer.deserialize(1, checkpoint)));
      try (writer) {
        for (int left = random.nextInt(200); left > 0 && next < 500; left--) {
          writer.write("line " + next + " " + "x".repeat(random.nextInt(3_000)), null);
          next++;
          if (random.nextInt(20) == 0) {
            checkpoint = serializer.serialize(checkpoint(writer));
            checkpointed = next;
          }
        }
        if (next == 500) {
          writer.flush(true);
        }
      }
    }

    List<String> lines = lines(name);
    assertThat(lines).as("seed %d", seed).hasSize(501).startsWith("text");
    for (int line = 0; line < 500; line++) {
      assertThat(lines.get(line + 1)).as("seed %d", seed).startsWith("line " + line + " ");
    }
  }

  @Test
  void fileThatBecameShorterIsAnError() throws Exception {
    Files.writeString(folder.resolve("out.csv"), "text\n");

    assertThatThrownBy(() -> sink("out.csv").restoreWriter(null, List.of(6L)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder.resolve("out.csv")
                + " has 5 bytes, but had 6 at the checkpoint: it was changed from outside. Start"
                + " anew");
    assertThat(lines("out.csv")).containsExactly("text");
  }

  @Test
  void lengthOfAnotherVersionIsRefused() {
    assertThatThrownBy(() -> sink("x").getWriterStateSerializer().deserialize(2, new byte[8]))
        .hasMessage("A file length in format version 2, but this release reads version 1");
  }

  @Test
  void formatWithoutHeaderWritesLinesOnly() throws Exception {
    String file = folder.resolve("out.jsonl").toString();
    try (StatefulSinkWriter<String, Long> writer =
        new LineFileSink<>(file, format("")).createWriter(null)) {
      writer.flush(false);
      assertThat(Files.size(Path.of(file))).isZero();
      writer.write("{}", null);
      writer.flush(true);
    }

    assertThat(lines("out.jsonl")).containsExactly("{}");
  }

  private LineFileSink<String> sink(String name) {
    return new LineFileSink<>(folder.resolve(name).toString(), WITH_HEADER);
  }

  /** As Flink does it: flush before the barrier, then the state. */
  private static long checkpoint(StatefulSinkWriter<String, Long> writer) throws Exception {
    writer.flush(false);
    return writer.snapshotState(1).get(0);
  }

  private List<String> lines(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    if (name.contains(".gz")) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        bytes = in.readAllBytes();
      }
    }
    assertThat(bytes).endsWith('\n');
    return new ArrayList<>(new String(bytes, UTF_8).lines().toList());
  }

  private static LineFormat<String> format(String header) {
    return new LineFormat<>() {
      @Override
      public String header() {
        return header;
      }

      @Override
      public void append(String record, StringBuilder line) {
        line.append(record);
      }
    };
  }
}
