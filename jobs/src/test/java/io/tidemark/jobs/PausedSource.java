package io.tidemark.jobs;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source that gives so many records and then stands still, so that a savepoint is taken behind
 * exactly these; a job restored from it reads on with the source inside.
 */
final class PausedSource<T, S extends SourceSplit, E> implements Source<T, S, E> {
  private static final long serialVersionUID = 1L;
  private static final Map<String, CompletableFuture<Void>> PAUSED = new ConcurrentHashMap<>();

  private final String name;
  private final Source<T, S, E> source;
  private final int records;

  /**
   * @param name unique in this process
   */
  PausedSource(String name, Source<T, S, E> source, int records) {
    this.name = name;
    this.source = source;
    this.records = records;
  }

  /** Completes when a source of this name stands still. */
  static CompletableFuture<Void> paused(String name) {
    return PAUSED.computeIfAbsent(name, key -> new CompletableFuture<>());
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
    private final CompletableFuture<Void> never = new CompletableFuture<>();
    private int given;
    private boolean ended;

    Reader(SourceReader<T, S> reader) {
      this.reader = reader;
    }

    @Override
    public void start() {
      reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
      if (given == records) {
        paused(name).complete(null);
        return InputStatus.NOTHING_AVAILABLE;
      }
      InputStatus status = reader.pollNext(output);
      if (status == InputStatus.END_OF_INPUT) {
        // A subtask without a split: where one has finished no job can be stopped with a savepoint.
        ended = true;
        output.markIdle();
        return InputStatus.NOTHING_AVAILABLE;
      }
      given += status == InputStatus.MORE_AVAILABLE ? 1 : 0;
      return status;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return ended || (given == records && paused(name).isDone()) ? never : reader.isAvailable();
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
      return reader.snapshotState(checkpointId);
    }

    @Override
    public void addSplits(List<S> splits) {
      reader.addSplits(splits);
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
