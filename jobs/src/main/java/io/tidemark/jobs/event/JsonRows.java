package io.tidemark.jobs.event;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a file that holds one JSON object per line, as a topic's values are written; empty lines
 * are skipped. Of a line longer than any record only the beginning is kept: it is rejected.
 */
final class JsonRows implements EventRows {
  private static final int MAX_LINE_BYTES = RejectedRecord.MAX_PAYLOAD_BYTES + 1;

  private final String name;
  private final InputStream bytes;
  private final JsonEventDecoder decoder;
  private byte[] line = new byte[256];
  private int length;
  private long lineNumber;

  JsonRows(String name, InputStream bytes, EventSchema schema, Clock clock) {
    this.name = name;
    this.bytes = bytes;
    this.decoder = new JsonEventDecoder(schema, clock);
  }

  @Override
  public @Nullable Ingested next() {
    try {
      while (readLine()) {
        if (length > 0) {
          return decoder.decode(Arrays.copyOf(line, length), new Origin(name, -1, lineNumber, 0));
        }
      }
      return null;
    } catch (IOException e) {
      throw new EventFileException(
          name + ": cannot be read after line " + lineNumber + ": " + EventRows.reason(e), e);
    }
  }

  @Override
  public long line() {
    return lineNumber;
  }

  /** Reads up to the next line end, which is dropped; false at the end of the file. */
  private boolean readLine() throws IOException {
    length = 0;
    int next = bytes.read();
    if (next < 0) {
      return false;
    }
    lineNumber++;
    for (; next >= 0 && next != '\n'; next = bytes.read()) {
      if (length == line.length && length < MAX_LINE_BYTES) {
        line = Arrays.copyOf(line, Math.min(2 * length, MAX_LINE_BYTES));
      }
      if (length < line.length) {
        line[length++] = (byte) next;
      }
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
