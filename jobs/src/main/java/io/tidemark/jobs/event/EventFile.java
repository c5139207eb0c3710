package io.tidemark.jobs.event;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One CSV file of events, read row by row. A row that lies further behind the highest time so far
 * than the contract's out-of-orderness is an error that names its line: such a file is not in order
 * and its late rows would silently not count.
 */
final class EventFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final CloseableIterator<CsvRecord> rows;
  private final CsvEventDecoder decoder;
  private final long outOfOrdernessMillis;
  private long highestMillis = Long.MIN_VALUE;
  private long rowsTaken;
  private @Nullable Ingested next;

  EventFile(String name, EventSchema schema, Clock clock) throws IOException {
    this.name = name;
    this.outOfOrdernessMillis = schema.contract().time().outOfOrderness().toMillis();
    InputStream in = Files.newInputStream(Path.of(name));
    try {
      InputStream bytes = new BufferedInputStream(in, BUFFER_BYTES);
      if (name.endsWith(".gz")) {
        bytes = new GZIPInputStream(bytes, BUFFER_BYTES);
      }
      this.rows =
          CsvReader.builder()
              .ofCsvRecord(new InputStreamReader(bytes, StandardCharsets.UTF_8))
              .iterator();
      List<String> header = rows.hasNext() ? rows.next().getFields() : List.of();
      this.decoder = new CsvEventDecoder(schema, clock, header);
    } catch (IOException | RuntimeException e) {
      in.close();
      if (e instanceof IllegalArgumentException || e instanceof CsvParseException) {
        throw new EventFileException(name + ":1: " + e.getMessage(), e);
      }
      throw e;
    }
    next = read();
  }

  String name() {
    return name;
  }

  /** Rows already given, not counting the header. */
  long rowsTaken() {
    return rowsTaken;
  }

  @Nullable Ingested peek() {
    return next;
  }

  /** Event time of the next row; of the row before it where the next one is rejected. */
  long nextTimeMillis() {
    Event event = next == null ? null : next.event();
    return event == null ? highestMillis : event.timeMillis();
  }

  Ingested take() throws IOException {
    Ingested taken = next;
    if (taken == null) {
      throw new IllegalStateException("No more rows in " + name);
    }
    rowsTaken++;
    next = read();
    return taken;
  }

  void skip(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      take();
    }
  }

  private @Nullable Ingested read() throws IOException {
    CsvRecord row;
    try {
      if (!rows.hasNext()) {
        return null;
      }
      row = rows.next();
    } catch (CsvParseException e) {
      throw new EventFileException(name + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new EventFileException(
          name + ": cannot be read after row " + rowsTaken + ": " + e.getCause().getMessage(), e);
    }
    long line = row.getStartingLineNumber();
    Ingested read = decoder.decode(row.getFields(), new Origin(name, -1, line, 0));
    Event event = read.event();
    if (event != null) {
      if (event.timeMillis() + outOfOrdernessMillis < highestMillis) {
        throw new EventFileException(
            name
                + ":"
                + line
                + ": event time "
                + Instant.ofEpochMilli(event.timeMillis())
                + " is more than the contract's outOfOrderness ("
                + Duration.ofMillis(outOfOrdernessMillis)
                + ") behind "
                + Instant.ofEpochMilli(highestMillis)
                + ", which stands before it. Sort the file by event time");
      }
      highestMillis = Math.max(highestMillis, event.timeMillis());
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
