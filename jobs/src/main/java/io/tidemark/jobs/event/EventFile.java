package io.tidemark.jobs.event;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    this.rows = open(name);
    try {
      CsvRecord header = nextRow();
      if (header == null) {
        throw new EventFileException(name + ": the file is empty, not even a header is in it");
      }
      this.decoder = new CsvEventDecoder(schema, clock, header.getFields());
      next = read();
    } catch (IllegalArgumentException e) {
      rows.close();
      throw new EventFileException(name + ":1: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static CloseableIterator<CsvRecord> open(String name) throws IOException {
    InputStream file = Files.newInputStream(Path.of(name));
    try {
      InputStream bytes =
          name.endsWith(".gz")
              ? new GZIPInputStream(file, BUFFER_BYTES)
              : new BufferedInputStream(file, BUFFER_BYTES);
      return CsvReader.builder().detectBomHeader(true).ofCsvRecord(bytes).iterator();
    } catch (IOException | UncheckedIOException e) {
      file.close();
      throw new EventFileException(
          name + ": cannot be read: " + reason(e) + ". A name that ends in .gz means gzip", e);
    }
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

  Ingested take() {
    Ingested taken = next;
    if (taken == null) {
      throw new IllegalStateException("No more rows in " + name);
    }
    rowsTaken++;
    next = read();
    return taken;
  }

  /** Goes on where a reader before this one was stopped. */
  void skip(long count) {
    while (rowsTaken < count) {
      if (next == null) {
        throw new EventFileException(
            name
                + " has "
                + rowsTaken
                + " rows, but "
                + count
                + " had been read before the restart: it has changed. Start anew");
      }
      take();
    }
  }

  private @Nullable Ingested read() {
    CsvRecord row = nextRow();
    if (row == null) {
      return null;
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

  private @Nullable CsvRecord nextRow() {
    try {
      return rows.hasNext() ? rows.next() : null;
    } catch (CsvParseException | UncheckedIOException e) {
      throw new EventFileException(
          name + ": cannot be read after row " + rowsTaken + ": " + reason(e), e);
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
