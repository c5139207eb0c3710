package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.util.ExecutorUtils;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes one subtask's rows, one file per day, until the next checkpoint. A replay that runs
 * through many days closes a file when {@value #PATIENCE_ROWS} rows went to others, so that a
 * checkpoint finds little to do, and keeps at most {@value #MAX_OPEN_FILES} open, less the one that
 * got no row for longest.
 */
final class DeltaWriter<T> implements CommittingSinkWriter<T, DataFile> {
  static final int MAX_OPEN_FILES = 16;
  static final int PATIENCE_ROWS = 20_000;

  private static final int CLOSED_AT_ONCE = 4;

  /** An interrupted close is not waited for longer. */
  private static final long CLOSING_SECONDS = 30;

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final Configuration configuration;
  private final Path table;
  private final RowFormat<T> format;
  private final Clock clock;
  private final SinkWriterMetricGroup metrics;

  /** At a checkpoint files are forced to the device at once, which takes about as long as one. */
  private final ExecutorService closers =
      Executors.newFixedThreadPool(
          CLOSED_AT_ONCE, new ExecutorThreadFactory("tidemark-history-files"));

  /** By day, the one that got a row last at the end. */
  private final Map<Long, OpenFile<T>> open = new LinkedHashMap<>(16, 0.75f, true);

  private final Queue<Future<DataFile>> closing = new ArrayDeque<>();
  private final List<DataFile> finished = new ArrayList<>();
  private long rows;
  private long currentDay;
  private @Nullable OpenFile<T> current;

  DeltaWriter(
      Configuration configuration,
      Path table,
      RowFormat<T> format,
      Clock clock,
      SinkWriterMetricGroup metrics) {
    this.configuration = configuration;
    this.table = table;
    this.format = format;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void write(T record, Context context) throws IOException {
    long day = Math.floorDiv(format.timeMillis(record), DAY_MILLIS);
    OpenFile<T> file = current;
    if (file == null || day != currentDay) {
      file = fileOf(day);
    }
    file.write(record);
    rows++;
    metrics.getNumRecordsSendCounter().inc();
    if (file.isLargeEnough()) {
      open.remove(day);
      current = null;
      finish(file);
    }
  }

  /** Called when the day changes; the file so far has got its last row for now. */
  private OpenFile<T> fileOf(long day) throws IOException {
    if (current != null) {
      current.leave(rows);
    }
    OpenFile<T> file = open.get(day);
    if (file == null) {
      closeIdle();
      file = new OpenFile<>(configuration, table, format, day);
      open.put(day, file);
    }
    currentDay = day;
    current = file;
    return file;
  }

  /** Makes place for another file. */
  private void closeIdle() throws IOException {
    Iterator<OpenFile<T>> files = open.values().iterator();
    while (files.hasNext()) {
      OpenFile<T> oldest = files.next();
      if (open.size() < MAX_OPEN_FILES && rows - oldest.leftAtRow() < PATIENCE_ROWS) {
        return;
      }
      files.remove();
      finish(oldest);
    }
  }

  private void finish(OpenFile<T> file) throws IOException {
    take(file.finish(clock));
  }

  private void take(DataFile file) {
    metrics.getNumBytesSendCounter().inc(file.bytes());
    finished.add(file);
  }

  /** Nothing to do: rows count from their checkpoint on, which closes the files. */
  @Override
  public void flush(boolean endOfInput) {}

  @Override
  public List<DataFile> prepareCommit() throws IOException, InterruptedException {
    current = null;
    for (OpenFile<T> file : open.values()) {
      closing.add(closers.submit(() -> file.finish(clock)));
    }
    open.clear();
    takeClosed();
    List<DataFile> written = List.copyOf(finished);
    finished.clear();
    return written;
  }

  /** Waits for the files that are being closed. */
  private void takeClosed() throws IOException, InterruptedException {
    IOException failure = null;
    while (!closing.isEmpty()) {
      try {
        take(closing.element().get());
      } catch (ExecutionException e) {
        failure = new IOException("A file of " + table + " was not written", e.getCause());
      }
      closing.remove();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Removes every file that no checkpoint has taken. */
  @Override
  public void close() throws IOException, InterruptedException {
    ExecutorUtils.gracefulShutdown(CLOSING_SECONDS, TimeUnit.SECONDS, closers);
    closing.removeIf(file -> !file.isDone());
    IOException failure = null;
    try {
      takeClosed();
    } catch (IOException e) {
      failure = e;
    }
    for (DataFile file : finished) {
      try {
        Path path = new Path(table, file.path());
        path.getFileSystem(configuration).delete(path, false);
      } catch (IOException e) {
        failure = e;
      }
    }
    finished.clear();
    for (OpenFile<T> file : open.values()) {
      try {
        file.abandon();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
