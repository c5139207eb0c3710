package io.tidemark.jobs.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of window state: what a release has written, every later one must read. */
class WindowStateFormatTest {
  private static final LogLayout OF_SUMS =
      new LogLayout(
          1, List.of(new WindowSpec(60, 0, List.of(0)), new WindowSpec(60, 40, List.of())), 10);

  /** Every kind of window, aggregates that are kept whole, in parts, and one that is a list. */
  private static final LogLayout OF_ALL =
      new LogLayout(
          1,
          List.of(
              window(new Trailing(Duration.ofMillis(150)), AggregateKind.MAX, AggregateKind.LAST),
              window(
                  new Trailing(Duration.ofMillis(60), Duration.ofMillis(40), Duration.ofMillis(20)),
                  AggregateKind.VARIANCE,
                  AggregateKind.TIME_SINCE_LAST),
              window(
                  new Session(Duration.ofMillis(9), Duration.ofMillis(60)), AggregateKind.KURTOSIS),
              window(new Tumbling(Duration.ofMillis(100), Duration.ofMillis(5)), AggregateKind.MIN),
              window(new Lifetime(), AggregateKind.FIRST)),
          10);

  /** Windows that hop, delayed and not, beside one that does not. */
  private static final LogLayout OF_TILES =
      new LogLayout(
          1,
          List.of(
              window(hopping(200, 0), AggregateKind.MAX, AggregateKind.LAST),
              window(hopping(300, 30), AggregateKind.VARIANCE),
              window(new Trailing(Duration.ofMillis(40)), AggregateKind.MIN),
              window(new Lifetime())),
          10);

  private static Trailing hopping(int sizeMillis, int delayMillis) {
    return new Trailing(
        Duration.ofMillis(sizeMillis), Duration.ofMillis(delayMillis), Duration.ofMillis(50));
  }

  private static WindowSpec window(Window window, AggregateKind... kinds) {
    return new WindowSpec(
        window,
        List.of(0),
        Arrays.stream(kinds)
            .map(kind -> new ColumnAggregate(new AggregateSpec(kind, List.of()), 0))
            .toList());
  }

  /**
   * A hundred events, so that there are dropped and sealed chunks, cursors in these and beyond, two
   * pauses, and a late entry.
   */
  private static byte[] written(Map<Long, byte[]> chunks) throws Exception {
    KeyLog log = newLog(OF_ALL, chunks);
    log.begin();
    for (int i = 0; i < 100; i++) {
      log.insert(timeOf(i), 7_000 - i, new double[] {i % 5 == 0 ? Double.NaN : i / 4.0});
    }
    log.insert(1_302, 8_000, new double[] {0.1});
    return log.save();
  }

  private static long timeOf(int event) {
    return 1_000 + 3L * event + (event / 40) * 10L;
  }

  private static KeyLog newLog(LogLayout layout, Map<Long, byte[]> chunks) {
    return new KeyLog(new LogWorkspace(layout, new MapChunks(chunks)), false);
  }

  @Test
  void bytesOfVersion3AreWrittenAsTheyWere() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    byte[] header = written(chunks);
    assertThat(text(header, chunks)).isEqualTo(resource("window-state-v3.txt"));
  }

  private static String text(byte[] header, Map<Long, byte[]> chunks) {
    StringBuilder text = new StringBuilder("header " + hex(header) + "\n");
    chunks.forEach(
        (id, bytes) ->
            text.append("chunk ").append(id).append(' ').append(hex(bytes)).append('\n'));
    return text.toString();
  }

  /** Version 4 is that of a key in tiles. */
  @Test
  void bytesOfVersion4AreWrittenAsTheyWere() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    KeyLog log = newLog(OF_TILES, chunks);
    log.begin();
    for (int i = 0; i < 700; i++) {
      log.insert(1_000 + i, 7_000 - i, new double[] {i % 5 == 0 ? Double.NaN : i / 4.0});
    }
    log.insert(1_690, 8_000, new double[] {0.1});
    assertThat(log.isTiled()).isTrue();
    assertThat(text(log.save(), chunks)).isEqualTo(resource("window-state-v4.txt"));
  }

  @Test
  void stateOfVersion4IsReadAndGoesOn() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    KeyLog log = newLog(OF_TILES, chunks);
    log.load(read("window-state-v4.txt", chunks));
    assertThat(log.insert(1_720, 1, new double[] {2})).isTrue();

    // The events after 1500, the late one, and this one.
    assertThat(log.answer(0).events()).isEqualTo(201);
    assertThat(log.answer(0).accumulator(0).result(1_720)).isEqualTo(174.75);
    assertThat(log.answer(0).accumulator(1).result(1_720)).isEqualTo(2);
    // Those after 1350 up to 1690.
    assertThat(log.answer(1).events()).isEqualTo(341);
    // Those after 1680.
    assertThat(log.answer(2).events()).isEqualTo(21);
    assertThat(log.answer(3).events()).isEqualTo(702);
  }

  @Test
  void stateOfVersion1IsReadAndGoesOn() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    KeyLog log = newLog(OF_SUMS, chunks);
    log.load(read("window-state-v1.txt", chunks));
    assertThat(log.insert(1_120, 1, new double[] {1})).isTrue();
    // The events at 1062, 1065 … 1117, the late one at 1115, and this one.
    assertThat(log.answer(0).events()).isEqualTo(21);
    // Those at 1021 … 1080.
    assertThat(log.answer(1).events()).isEqualTo(20);
    log.load(log.save());
    assertThat(log.insert(1_180, 2, new double[] {1})).isTrue();
    assertThat(log.answer(0).events()).as("the event before has just left").isEqualTo(1);
  }

  /** Version 3 names the layout, and what is lacking in it. */
  @ParameterizedTest
  @ValueSource(strings = {"window-state-v2.txt", "window-state-v3.txt"})
  void stateOfVersions2And3IsReadAndGoesOn(String resource) throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    KeyLog log = newLog(OF_ALL, chunks);
    log.load(read(resource, chunks));
    assertThat(log.insert(1_320, 1, new double[] {2})).isTrue();

    // The events 54 … 99 at 1172 … 1317, the late one, and this one.
    assertThat(log.answer(0).events()).isEqualTo(48);
    assertThat(log.answer(0).accumulator(0).result(1_320)).isEqualTo(24.75);
    assertThat(log.answer(0).accumulator(1).result(1_320)).isEqualTo(2);
    // Those after 1220 up to 1280.
    assertThat(log.answer(1).events()).isEqualTo(16);
    assertThat(log.answer(1).accumulator(1).result(1_320)).isEqualTo(0.042);
    // The session since 1260, of which 60 ms count.
    assertThat(log.answer(2).events()).isEqualTo(21);
    // The period since 1305.
    assertThat(log.answer(3).events()).isEqualTo(6);
    assertThat(log.answer(3).accumulator(0).result(1_320)).isEqualTo(2);
    assertThat(log.answer(4).events()).isEqualTo(102);
    assertThat(log.answer(4).accumulator(0).result(1_320)).isEqualTo(0.25);
  }

  @Test
  void unknownVersionsAreRefusedByNumber() throws Exception {
    Map<Long, byte[]> chunks = new TreeMap<>();
    byte[] header = written(chunks);
    header[0] = 9;
    chunks.values().forEach(bytes -> bytes[0] = 9);
    KeyLog log = newLog(OF_ALL, chunks);
    assertThatThrownBy(() -> log.load(header)).hasMessageContaining("format version 9");
    byte[] sealed = chunks.remove(2L);
    assertThatThrownBy(() -> new LogChunk(1, 32).fromBytes(sealed))
        .hasMessageContaining("format version 9");
    assertThat(chunks).as("a base and a node").containsKeys(-2L, -17L);
    AggregateNode node = new AggregateNode(List.of());
    assertThatThrownBy(() -> node.fromBytes(0, new byte[] {9}))
        .hasMessageContaining("format version 9");
    GrowthBase base = new GrowthBase(new LogState.Detached(new long[0], new Mergeable[0]));
    assertThatThrownBy(() -> base.load(new MapChunks(chunks)))
        .hasMessageContaining("format version 9");
  }

  private static byte[] read(String resource, Map<Long, byte[]> chunks) throws IOException {
    byte[] header = new byte[0];
    for (String line : resource(resource).split("\n")) {
      String[] parts = line.split(" ");
      if (parts[0].equals("header")) {
        header = HexFormat.of().parseHex(parts[1]);
      } else {
        chunks.put(Long.parseLong(parts[1]), HexFormat.of().parseHex(parts[2]));
      }
    }
    return header;
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
