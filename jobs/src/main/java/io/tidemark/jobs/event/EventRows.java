package io.tidemark.jobs.event;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The rows of one file of events, in the form that its name says. */
interface EventRows extends Closeable {
  int BUFFER_BYTES = 1 << 16;

  /** The next row; null at the end. Its origin names the line. */
  @Nullable Ingested next();

  /** Where the last row begins, from 1. */
  long line();

  /**
   * Opens a file: JSON lines where its name ends in {@code .jsonl} or {@code .ndjson}, else CSV;
   * gzip where {@code .gz} follows.
   *
   * @throws EventFileException if it cannot be used; so does {@link #next}
   */
  static EventRows open(String name, EventSchema schema, Clock clock) throws IOException {
    boolean compressed = name.endsWith(".gz");
    String plain = compressed ? name.substring(0, name.length() - ".gz".length()) : name;
    InputStream file = Files.newInputStream(Path.of(name));
    try {
      InputStream bytes =
          compressed
              ? new BufferedInputStream(new GZIPInputStream(file, BUFFER_BYTES), BUFFER_BYTES)
              : new BufferedInputStream(file, BUFFER_BYTES);
      return plain.endsWith(".jsonl") || plain.endsWith(".ndjson")
          ? new JsonRows(name, bytes, schema, clock)
          : new CsvRows(name, bytes, schema, clock);
    } catch (IOException | UncheckedIOException e) {
      file.close();
      throw new EventFileException(
          name + ": cannot be read: " + reason(e) + ". A name that ends in .gz means gzip", e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof EOFException ? "it ends too early" : String.valueOf(cause.getMessage());
  }
}
