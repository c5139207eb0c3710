package io.tidemark.jobs.event;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the merged files of a split in the task thread. The files are opened, and after a restore
 * read up to where it was, with the first record that is asked for: only then does time count
 * towards a silence.
 */
final class EventFileReader implements SourceReader<Ingested, EventFileSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(EventFileReader.class);

  private final SourceReaderContext context;
  private final EventSchema schema;
  private final Clock clock;
  private final @Nullable HandOver end;
  private final long outOfOrdernessMillis;
  private CompletableFuture<Void> available = new CompletableFuture<>();
  private @Nullable EventFileSplit split;
  private @Nullable MergedEventFiles files;
  private @Nullable SourceOutput<Ingested> output;
  private boolean noMoreSplits;

  /**
   * @param end where the files end; null to read all of them
   */
  EventFileReader(
      SourceReaderContext context, EventSchema schema, Clock clock, @Nullable HandOver end) {
    this.context = context;
    this.schema = schema;
    this.clock = clock;
    this.end = end;
    this.outOfOrdernessMillis = schema.contract().time().outOfOrderness().toMillis();
  }

  @Override
  public void start() {
    if (split == null) {
      context.sendSplitRequest();
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<Ingested> subtask) throws IOException {
    if (split == null) {
      return noMoreSplits ? endOfInput(subtask) : InputStatus.NOTHING_AVAILABLE;
    }
    if (files == null || output == null) {
      files = open(split);
      output = subtask.createOutputForSplit(split.splitId());
    }
    Ingested next = files.next();
    Event event = next == null ? null : next.event();
    if (next == null || (event != null && isBehindEnd(event))) {
      EventFileSplit read = files.position();
      LOG.info("Read {} rows of {}", read.rowsRead(), read.files());
      subtask.releaseOutputForSplit(split.splitId());
      close();
      split = null;
      noMoreSplits = true;
      return endOfInput(subtask);
    }
    if (event == null) {
      output.collect(next);
    } else if (end == null || !end.isLive(event.timeMillis())) {
      output.collect(next, event.timeMillis());
    }
    return InputStatus.MORE_AVAILABLE;
  }

  /** Nothing earlier than the end can follow, as far as files may be out of order. */
  private boolean isBehindEnd(Event event) {
    return end != null && end.isLive(event.timeMillis() - outOfOrdernessMillis);
  }

  private InputStatus endOfInput(ReaderOutput<Ingested> subtask) {
    // Who reads a topic behind this end asks again when there is a reader for it.
    available = new CompletableFuture<>();
    if (end != null) {
      LOG.info("The history ends here; the topic takes over from {}", end.at());
      subtask.emitWatermark(new Watermark(end.historyEndMillis()));
    }
    return InputStatus.END_OF_INPUT;
  }

  private MergedEventFiles open(EventFileSplit position) {
    try {
      return new MergedEventFiles(position, schema, clock);
    } catch (IOException e) {
      throw new EventFileException("Cannot read the event files: " + e.getMessage(), e);
    }
  }

  @Override
  public List<EventFileSplit> snapshotState(long checkpointId) {
    if (files != null) {
      return List.of(files.position());
    }
    return split == null ? List.of() : List.of(split);
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return available;
  }

  @Override
  public void addSplits(List<EventFileSplit> splits) {
    split = splits.get(0);
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
      files = null;
    }
  }
}
