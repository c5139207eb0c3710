package io.tidemark.jobs.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The bytes of window state: what a release has written, every later one must read. */
class WindowStateFormatTest {
  private static final LogLayout LAYOUT =
      new LogLayout(
          1, List.of(new WindowSpec(60, 0, List.of(0)), new WindowSpec(60, 40, List.of())), 10);

  /** Forty events, so that there is a sealed chunk, cursors in it and beyond, and a late entry. */
  private static byte[] written(Map<Long, byte[]> chunks) throws Exception {
    KeyLog log = new KeyLog(new LogWorkspace(LAYOUT, new MapChunks(chunks)), false);
    log.begin();
    for (int i = 0; i < 40; i++) {
      log.insert(1_000 + 3L * i, 7_000 - i, new double[] {i % 5 == 0 ? Double.NaN : i / 4.0});
    }
    log.insert(1_115, 8_000, new double[] {0.1});
    return log.save();
  }

  @Test
  void bytesOfVersion1AreWrittenAsTheyWere() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    byte[] header = written(chunks);
    StringBuilder actual = new StringBuilder("header " + hex(header) + "\n");
    chunks.forEach(
        (id, bytes) ->
            actual.append("chunk ").append(id).append(' ').append(hex(bytes)).append('\n'));
    assertThat(actual.toString()).isEqualTo(resource("window-state-v1.txt"));
  }

  @Test
  void stateOfVersion1IsReadAndGoesOn() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    byte[] header = new byte[0];
    for (String line : resource("window-state-v1.txt").split("\n")) {
      String[] parts = line.split(" ");
      if (parts[0].equals("header")) {
        header = HexFormat.of().parseHex(parts[1]);
      } else {
        chunks.put(Long.parseLong(parts[1]), HexFormat.of().parseHex(parts[2]));
      }
    }
    KeyLog log = new KeyLog(new LogWorkspace(LAYOUT, new MapChunks(chunks)), false);
    log.load(header);
    assertThat(log.insert(1_120, 1, new double[] {1})).isTrue();
    // The events at 1062, 1065 … 1117, the late one at 1115, and this one.
    assertThat(log.answer(0).events()).isEqualTo(21);
    // Those at 1021 … 1080.
    assertThat(log.answer(1).events()).isEqualTo(20);
  }

  @Test
  void unknownVersionsAreRefusedByNumber() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    byte[] header = written(chunks);
    header[0] = 9;
    chunks.get(0L)[0] = 9;
    KeyLog log = new KeyLog(new LogWorkspace(LAYOUT, new MapChunks(chunks)), false);
    assertThatThrownBy(() -> log.load(header)).hasMessageContaining("format version 9");
    assertThatThrownBy(() -> new LogChunk(1, 32).fromBytes(chunks.get(0L)))
        .hasMessageContaining("format version 9");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = WindowStateFormatTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
    }
  }
}
