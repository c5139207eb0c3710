package io.tidemark.jobs.event;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One file of events, read row by row. A row that lies further behind the highest time so far than
 * the contract's out-of-orderness is an error that names its line: such a file is not in order and
 * its late rows would silently not count.
 */
final class EventFile implements Closeable {
  private final String name;
  private final EventRows rows;
  private final long outOfOrdernessMillis;
  private long highestMillis = Long.MIN_VALUE;
  private long rowsTaken;
  private @Nullable Ingested next;

  EventFile(String name, EventSchema schema, Clock clock) throws IOException {
    this.name = name;
    this.outOfOrdernessMillis = schema.contract().time().outOfOrderness().toMillis();
    this.rows = EventRows.open(name, schema, clock);
    try {
      next = read();
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  /** Rows already given, not counting a header. */
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
    Ingested read = rows.next();
    Event event = read == null ? null : read.event();
    if (event != null) {
      if (event.timeMillis() + outOfOrdernessMillis < highestMillis) {
        throw new EventFileException(
            name
                + ":"
                + rows.line()
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
