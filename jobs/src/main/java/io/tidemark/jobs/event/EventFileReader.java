package io.tidemark.jobs.event;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;

/** Reads the merged files of a split in the task thread. */
final class EventFileReader implements SourceReader<Ingested, EventFileSplit> {
  private final SourceReaderContext context;
  private final EventSchema schema;
  private final Clock clock;
  private final long maxRows;
  private final CompletableFuture<Void> available = new CompletableFuture<>();
  private @Nullable MergedEventFiles files;
  private long rowsRead;
  private boolean noMoreSplits;

  EventFileReader(SourceReaderContext context, EventSchema schema, Clock clock, long maxRows) {
    this.context = context;
    this.schema = schema;
    this.clock = clock;
    this.maxRows = maxRows;
  }

  @Override
  public void start() {
    if (files == null) {
      context.sendSplitRequest();
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<Ingested> output) {
    Ingested next = files == null || rowsRead >= maxRows ? null : files.next();
    if (next != null) {
      rowsRead++;
      Event event = next.event();
      if (event == null) {
        output.collect(next);
      } else {
        output.collect(next, event.timeMillis());
      }
      return InputStatus.MORE_AVAILABLE;
    }
    return files != null || noMoreSplits ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
  }

  @Override
  public List<EventFileSplit> snapshotState(long checkpointId) {
    return files == null ? List.of() : List.of(files.position());
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return available;
  }

  @Override
  public void addSplits(List<EventFileSplit> splits) {
    try {
      files = new MergedEventFiles(splits.get(0), schema, clock);
      rowsRead = splits.get(0).rowsRead().stream().mapToLong(Long::longValue).sum();
    } catch (IOException e) {
      throw new EventFileException("Cannot read the event files: " + e.getMessage(), e);
    }
    available.complete(null);
  }

  @Override
  public void notifyNoMoreSplits() {
    noMoreSplits = true;
    available.complete(null);
  }

  @Override
  public void close() throws IOException {
    if (files != null) {
      files.close();
    }
  }
}
