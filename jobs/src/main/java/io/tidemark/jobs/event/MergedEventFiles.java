package io.tidemark.jobs.event;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Several files read as one: always the next row of the file whose next row is earliest, so that
 * monthly files given in any order come out in event-time order. A rejected row has its file's
 * current time.
 */
public final class MergedEventFiles implements Closeable {
  private final List<EventFile> files = new ArrayList<>();
  private final PriorityQueue<EventFile> byNextTime =
      new PriorityQueue<>(
          Comparator.comparingLong(EventFile::nextTimeMillis).thenComparing(EventFile::name));
  private final List<String> names;

  MergedEventFiles(EventFileSplit split, EventSchema schema, Clock clock) throws IOException {
    this.names = split.files();
    try {
      for (int i = 0; i < names.size(); i++) {
        EventFile file = new EventFile(names.get(i), schema, clock);
        files.add(file);
        file.skip(split.rowsRead().get(i));
        if (file.peek() != null) {
          byNextTime.add(file);
        }
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Files, CSV or JSON lines, from their beginning.
   *
   * @throws EventFileException if one cannot be used; so does {@link #next}
   */
  public static MergedEventFiles open(List<Path> files, EventSchema schema, Clock clock)
      throws IOException {
    List<String> names = files.stream().map(Path::toString).toList();
    return new MergedEventFiles(EventFileSplit.start(names), schema, clock);
  }

  /** The next row, null at the end of all files. */
  public @Nullable Ingested next() {
    EventFile file = byNextTime.poll();
    if (file == null) {
      return null;
    }
    Ingested next = file.take();
    if (file.peek() != null) {
      byNextTime.add(file);
    }
    return next;
  }

  EventFileSplit position() {
    return new EventFileSplit(names, files.stream().map(EventFile::rowsTaken).toList());
  }

  @Override
  public void close() throws IOException {
    for (EventFile file : files) {
      file.close();
    }
  }
}
