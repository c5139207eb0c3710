package io.tidemark.jobs;

import io.tidemark.jobs.event.ForwardingSource;
import io.tidemark.jobs.event.ForwardingSourceReader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * A source that fails once: after so many records it waits until a checkpoint is complete, gives
 * some more, and throws, so that the job restores the checkpoint and does the work since then
 * again.
 */
final class FailingOnceSource<T, S extends SourceSplit, E> extends ForwardingSource<T, S, E> {
  private static final long serialVersionUID = 1L;
  private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

  private final String name;
  private final int recordsBeforeCheckpoint;
  private final int recordsBeforeFailure;

  /**
   * @param name unique in this process: by it the restarted source knows that it failed before
   */
  FailingOnceSource(
      String name, Source<T, S, E> source, int recordsBeforeCheckpoint, int recordsBeforeFailure) {
    super(source);
    this.name = name;
    this.recordsBeforeCheckpoint = recordsBeforeCheckpoint;
    this.recordsBeforeFailure = recordsBeforeFailure;
  }

  static boolean hasFailed(String name) {
    return FAILED.contains(name);
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    return new Reader(super.createReader(context));
  }

  private final class Reader extends ForwardingSourceReader<T, S> {
    private final CompletableFuture<Void> checkpointed = new CompletableFuture<>();
    private long records;
    private long firstCheckpointAfterPause = Long.MAX_VALUE;

    Reader(SourceReader<T, S> reader) {
      super(reader);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
      if (hasFailed(name)) {
        return super.pollNext(output);
      }
      if (isPaused()) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      if (records == recordsBeforeCheckpoint + recordsBeforeFailure) {
        FAILED.add(name);
        throw new IOException("A fault for the test");
      }
      records++;
      InputStatus status = super.pollNext(output);
      return isPaused() ? InputStatus.NOTHING_AVAILABLE : status;
    }

    private boolean isPaused() {
      return records == recordsBeforeCheckpoint && !checkpointed.isDone();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return !hasFailed(name) && isPaused() ? checkpointed : super.isAvailable();
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
      if (isPaused()) {
        firstCheckpointAfterPause = Math.min(firstCheckpointAfterPause, checkpointId);
      }
      return super.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
      super.notifyCheckpointComplete(checkpointId);
      if (checkpointId >= firstCheckpointAfterPause) {
        checkpointed.complete(null);
      }
    }
  }
}
