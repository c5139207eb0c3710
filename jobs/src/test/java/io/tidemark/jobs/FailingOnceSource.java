package io.tidemark.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source that fails once: after so many records it waits until a checkpoint is complete, gives
 * some more, and throws, so that the job restores the checkpoint and does the work since then
 * again.
 */
final class FailingOnceSource<T, S extends SourceSplit, E> implements Source<T, S, E> {
  private static final long serialVersionUID = 1L;
  private static final Set<String> FAILED = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Source<T, S, E> source;
  private final int recordsBeforeCheckpoint;
  private final int recordsBeforeFailure;

  /**
   * @param name unique in this process: by it the restarted source knows that it failed before
   */
  FailingOnceSource(
      String name, Source<T, S, E> source, int recordsBeforeCheckpoint, int recordsBeforeFailure) {
    this.name = name;
    this.source = source;
    this.recordsBeforeCheckpoint = recordsBeforeCheckpoint;
    this.recordsBeforeFailure = recordsBeforeFailure;
  }

  static boolean hasFailed(String name) {
    return FAILED.contains(name);
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    return new Reader(source.createReader(context));
  }

  @Override
  public SplitEnumerator<S, E> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<S, E> restoreEnumerator(SplitEnumeratorContext<S> context, E state)
      throws Exception {
    return source.restoreEnumerator(context, state);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<E> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  private final class Reader implements SourceReader<T, S> {
    private final SourceReader<T, S> reader;
    private final CompletableFuture<Void> checkpointed = new CompletableFuture<>();
    private long records;
    private long firstCheckpointAfterPause = Long.MAX_VALUE;

    Reader(SourceReader<T, S> reader) {
      this.reader = reader;
    }

    @Override
    public void start() {
      reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
      if (hasFailed(name)) {
        return reader.pollNext(output);
      }
      if (isPaused()) {
        return InputStatus.NOTHING_AVAILABLE;
      }
      if (records == recordsBeforeCheckpoint + recordsBeforeFailure) {
        FAILED.add(name);
        throw new IOException("A fault for the test");
      }
      records++;
      InputStatus status = reader.pollNext(output);
      return isPaused() ? InputStatus.NOTHING_AVAILABLE : status;
    }

    private boolean isPaused() {
      return records == recordsBeforeCheckpoint && !checkpointed.isDone();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return !hasFailed(name) && isPaused() ? checkpointed : reader.isAvailable();
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
      if (isPaused()) {
        firstCheckpointAfterPause = Math.min(firstCheckpointAfterPause, checkpointId);
      }
      return reader.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      if (checkpointId >= firstCheckpointAfterPause) {
        checkpointed.complete(null);
      }
    }

    @Override
    public void addSplits(List<S> splits) {
      reader.addSplits(splits);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
      reader.handleSourceEvents(event);
    }

    @Override
    public void notifyNoMoreSplits() {
      reader.notifyNoMoreSplits();
    }

    @Override
    public void close() throws Exception {
      reader.close();
    }
  }
}
