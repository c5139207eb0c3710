package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of events, merged; out of order by at most ten seconds. */
class EventFilesTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;
  private static final String HEADER = "id,at,customer,amount,shop\n";

  @TempDir private Path folder;

  @Test
  void filesGivenInAnyOrderAreMergedByTime() throws IOException {
    List<Path> files = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (int month = 0; month < 4; month++) {
      StringBuilder csv = new StringBuilder(HEADER);
      // Every second one overlaps the next file.
      for (int second = 0; second < 20; second++) {
        csv.append(row(month * 100 + second, month * 15 + second));
        ids.add((long) month * 100 + second);
      }
      files.add(
          month % 2 == 0 ? plain(month + ".csv", csv.toString()) : gzip(month + ".csv.gz", csv));
    }
    List<Ingested> ordered = readAll(files);

    assertThat(ordered.stream().map(EventFilesTest::id)).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(ordered.stream().map(read -> read.event().timeMillis()).toList()).isSorted();
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(files, new Random(seed));
      assertThat(readAll(files)).as("seed %d", seed).isEqualTo(ordered);
    }
  }

  @Test
  void restOfTheFilesIsReadFromEveryPosition() throws IOException {
    Path first =
        plain("a.csv", HEADER + row(1, 0) + row(2, 20) + "broken\n" + row(3, 30) + row(4, 25));
    Path second = gzip("b.csv.gz", HEADER + "x,y,z,1,2\n" + row(5, 10) + row(6, 50));
    Path empty = plain("c.csv", HEADER);
    List<String> names = names(List.of(first, second, empty));
    List<Ingested> all = readAll(List.of(first, second, empty));
    assertThat(all).hasSize(8);

    EventFileSplit position = EventFileSplit.start(names);
    for (int read = 0; read <= all.size(); read++) {
      try (MergedEventFiles files =
          new MergedEventFiles(serialized(position), SCHEMA, TestEvents.CLOCK)) {
        assertThat(rest(files)).as("after %d rows", read).isEqualTo(all.subList(read, all.size()));
      }
      try (MergedEventFiles files = new MergedEventFiles(position, SCHEMA, TestEvents.CLOCK)) {
        files.next();
        position = files.position();
      }
    }
    assertThat(position.rowsRead()).containsExactly(5L, 3L, 0L);
  }

  @Test
  void rejectedRowNamesItsFileAndLine() throws IOException {
    Path file = plain("a.csv", HEADER + row(1, 0) + "\n" + "2,never,C1,1,\n");
    Ingested read = readAll(List.of(file)).get(1);

    assertThat(read.rejected().reason()).isEqualTo(RejectionReason.WRONG_TYPE);
    assertThat(read.rejected().source()).isEqualTo(file.toString());
    assertThat(read.rejected().partition()).isEqualTo(-1);
    assertThat(read.rejected().position()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void everyLineEndQuotesAndByteOrderMarkAreRead(String lineEnd) throws IOException {
    String row = "1,2025-06-01T12:00:00Z,\"Müller, \"\"Zoë\"\"\",\"1\",\"two\nlines\"";
    Path file = plain("a.csv", "\uFEFF" + HEADER.strip() + lineEnd + row + lineEnd + row);

    for (Ingested read : readAll(List.of(file))) {
      assertThat(text(read, "customer")).isEqualTo("Müller, \"Zoë\"");
      assertThat(text(read, "shop")).isEqualTo("two\nlines");
    }
    assertThat(readAll(List.of(file))).hasSize(2);
  }

  @Test
  void bytesThatAreNotUtf8AreRejected() throws IOException {
    Path file = folder.resolve("latin1.csv");
    byte[] csv = (HEADER + row(1, 0) + "2,2025-06-01T12:00:00Z,C?,1,\n").getBytes(UTF_8);
    for (int i = 0; i < csv.length; i++) {
      csv[i] = csv[i] == '?' ? (byte) 0xE9 : csv[i];
    }
    Files.write(file, csv);

    assertThat(readAll(List.of(file)).get(1).rejected().reason())
        .isEqualTo(RejectionReason.MALFORMED);
  }

  @Test
  void fileMayBeOutOfOrderByTheOutOfOrderness() throws IOException {
    Path sorted = plain("a.csv", HEADER + row(1, 10) + row(2, 0) + row(3, 11) + row(4, 1));
    Path unsorted = plain("b.csv", HEADER + row(1, 10) + "x,,,,\n" + row(2, -1));

    assertThat(readAll(List.of(sorted))).hasSize(4);
    assertThatThrownBy(() -> readAll(List.of(sorted, unsorted)))
        .isInstanceOf(EventFileException.class)
        .hasMessage(
            unsorted
                + ":4: event time 2025-06-01T11:59:59Z is more than the contract's outOfOrderness"
                + " (PT10S) behind 2025-06-01T12:00:10Z, which stands before it. Sort the file by"
                + " event time");
  }

  @Test
  void headerWithoutRowsIsAnEmptyInput() throws IOException {
    assertThat(readAll(List.of(plain("a.csv", HEADER)))).isEmpty();
    assertThat(readAll(List.of(gzip("a.csv.gz", HEADER.strip())))).isEmpty();
    assertThat(readAll(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv    | ''             | : the file is empty, not even a header is in it",
        "a.csv    | 'id,at\n1,2'   | :1: The header [id, at] lacks the columns [customer, amount]",
        "a.csv    | 'id,id\n1,2'   | :1: The header names column id twice",
        "a.csv.gz | ''             | : cannot be read: it ends too early. A name that ends in .gz means gzip",
        "a.csv.gz | 'id,at,and on' | : cannot be read: Not in GZIP format. A name that ends in .gz",
      })
  void fileThatIsNoFileOfEventsIsNamed(String name, String content, String problem)
      throws IOException {
    Path file = plain(name, content);

    assertThatThrownBy(() -> readAll(List.of(file)))
        .isInstanceOf(EventFileException.class)
        .hasMessageStartingWith(file + problem);
  }

  @Test
  void gzipCutOffAnywhereIsAnError() throws IOException {
    StringBuilder csv = new StringBuilder(HEADER);
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      csv.append(row(random.nextLong(), i));
    }
    byte[] whole = Files.readAllBytes(gzip("whole.csv.gz", csv));
    for (int length : new int[] {5, 12, 100, whole.length / 2, whole.length - 1}) {
      Path cut = folder.resolve("cut.csv.gz");
      Files.write(cut, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> readAll(List.of(cut)))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(EventFileException.class)
          .hasMessageStartingWith(cut + ": cannot be read");
    }
  }

  @Test
  void gzipOfSeveralMembersIsReadWhole() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (String part : List.of(HEADER, row(1, 0), row(2, 1))) {
      members.writeBytes(Files.readAllBytes(gzip("part.gz", part)));
    }
    Path file = folder.resolve("members.csv.gz");
    Files.write(file, members.toByteArray());

    assertThat(readAll(List.of(file)).stream().map(EventFilesTest::id)).containsExactly(1L, 2L);
  }

  @Test
  void fileThatBecameShorterIsAnError() throws IOException {
    Path file = plain("a.csv", HEADER + row(1, 0));
    EventFileSplit split = new EventFileSplit(names(List.of(file)), List.of(2L));

    assertThatThrownBy(() -> new MergedEventFiles(split, SCHEMA, TestEvents.CLOCK))
        .hasMessage(
            file
                + " has 1 rows, but 2 had been read before the restart: it has changed. Start anew");
  }

  @Test
  void jsonLinesAreTheSameEventsAsCsv() throws IOException {
    String lines =
        """
        {"id":1,"at":"2025-06-01T12:00:00Z","customer":"C1","amount":12.5}\r

        {"id":2,"at":"2025-06-01T12:00:07Z","customer":"C1","amount":12.5}""";
    List<Ingested> ofCsv = readAll(List.of(plain("a.csv", HEADER + row(1, 0) + row(2, 7))));

    assertThat(readAll(List.of(plain("a.jsonl", lines)))).isEqualTo(ofCsv);
    assertThat(readAll(List.of(gzip("b.ndjson.gz", lines)))).isEqualTo(ofCsv);
    assertThat(readAll(List.of(plain("c.jsonl", "")))).isEmpty();
  }

  @Test
  void sourceOfTheFirstRowsEndsBehindThem() throws Exception {
    Path file = plain("a.csv", HEADER + row(1, 0) + "broken\n" + row(2, 7) + row(3, 9));
    EventFileSource source = new EventFileSource(SCHEMA, List.of(file), TestEvents.CLOCK).first(3);
    TestingReaderOutput<Ingested> output = new TestingReaderOutput<>();

    try (SourceReader<Ingested, EventFileSplit> reader = source.createReader(null)) {
      reader.addSplits(List.of(EventFileSplit.start(names(List.of(file)))));
      while (reader.pollNext(output) != InputStatus.END_OF_INPUT) {
        assertThat(output.getEmittedRecords()).hasSizeLessThanOrEqualTo(3);
      }
    }

    assertThat(output.getEmittedRecords()).hasSize(3);
    assertThat(id(output.getEmittedRecords().get(2))).isEqualTo(2);
  }

  @Test
  void jsonLineThatIsNoEventIsRejectedWithItsLine() throws IOException {
    String tooLong = "x".repeat(RejectedRecord.MAX_PAYLOAD_BYTES + 100);
    Path file =
        plain("a.jsonl", "\n[1]\n" + tooLong + "\n" + TestEvents.json("amount", "1") + "\n");
    List<Ingested> read = readAll(List.of(file));

    assertThat(read).hasSize(3);
    assertThat(read.get(0).rejected().reason()).isEqualTo(RejectionReason.NOT_AN_OBJECT);
    assertThat(read.get(0).rejected().position()).isEqualTo(2);
    assertThat(read.get(1).rejected().reason()).isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(read.get(1).rejected().position()).isEqualTo(3);
    assertThat(id(read.get(2))).isEqualTo(7);
  }

  @Test
  void positionOfAnotherVersionIsRefused() throws IOException {
    EventFileSplit split = new EventFileSplit(List.of("ä", "b"), List.of(3L, Long.MAX_VALUE));
    SimpleVersionedSerializer<List<EventFileSplit>> several = EventFileSplit.LIST_SERIALIZER;

    assertThat(several.deserialize(1, several.serialize(List.of(split, split))))
        .containsExactly(split, split);
    assertThat(several.deserialize(1, several.serialize(List.of()))).isEmpty();
    assertThatThrownBy(() -> EventFileSplit.SERIALIZER.deserialize(2, new byte[0]))
        .hasMessage("A file position in format version 2, but this release reads version 1");
    assertThatThrownBy(() -> several.deserialize(0, new byte[0]))
        .hasMessage("A file position in format version 0, but this release reads version 1");
  }

  private static EventFileSplit serialized(EventFileSplit split) throws IOException {
    return EventFileSplit.SERIALIZER.deserialize(1, EventFileSplit.SERIALIZER.serialize(split));
  }

  private static List<Ingested> readAll(List<Path> files) throws IOException {
    try (MergedEventFiles merged =
        new MergedEventFiles(EventFileSplit.start(names(files)), SCHEMA, TestEvents.CLOCK)) {
      return rest(merged);
    }
  }

  private static List<Ingested> rest(MergedEventFiles files) {
    List<Ingested> rows = new ArrayList<>();
    for (Ingested next = files.next(); next != null; next = files.next()) {
      rows.add(next);
    }
    return rows;
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  private Path plain(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path gzip(String name, CharSequence text) throws IOException {
    Path file = folder.resolve(name);
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.toString().getBytes(UTF_8));
    }
    return file;
  }

  /** A row at so many seconds after noon. */
  private static String row(long id, int seconds) {
    return id + "," + Instant.parse("2025-06-01T12:00:00Z").plusSeconds(seconds) + ",C1,12.5,\n";
  }

  private static long id(Ingested read) {
    return read.event().bits(0);
  }

  private static String text(Ingested read, String field) {
    return EventFields.text(SCHEMA, SCHEMA.fieldIndex(field), read.event());
  }
}
