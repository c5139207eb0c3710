package io.tidemark.jobs.event;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;

/**
 * A bounded source that ends also when the job manager that started it is gone. Kafka's enumerator
 * tells readers that there is no more only when it has found partitions; one that a new job manager
 * restores knows them all, finds none, and its readers, done with their partitions, would wait for
 * ever (FLINK-31006). What is checkpointed is the source's own.
 *
 * <p>How it works: the enumerator looks for partitions once, in a call that it makes asynchronously
 * and follows up with another one if it found any. When a call has been handled and none follows,
 * every reader that it has not told by itself is told here, as is each that registers from then on,
 * behind its splits.
 */
public final class EndingSource<T, S extends SourceSplit, C> extends ForwardingSource<T, S, C> {
  private static final long serialVersionUID = 1L;

  /**
   * @param source bounded, with an enumerator that looks for splits once
   */
  public EndingSource(Source<T, S, C> source) {
    super(source);
    if (source.getBoundedness() != Boundedness.BOUNDED) {
      throw new IllegalArgumentException("A source that has no end cannot be made to end");
    }
  }

  @Override
  public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    Readers<S> readers = new Readers<>(context);
    return new Enumerator<>(super.createEnumerator(readers), readers);
  }

  @Override
  public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C checkpoint)
      throws Exception {
    Readers<S> readers = new Readers<>(context);
    return new Enumerator<>(super.restoreEnumerator(readers, checkpoint), readers);
  }

  /** The source's own enumerator; Flink calls it in one thread. */
  private static final class Enumerator<S extends SourceSplit, C> implements SplitEnumerator<S, C> {
    private final SplitEnumerator<S, C> enumerator;
    private final Readers<S> readers;

    Enumerator(SplitEnumerator<S, C> enumerator, Readers<S> readers) {
      this.enumerator = enumerator;
      this.readers = readers;
    }

    @Override
    public void start() {
      enumerator.start();
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
      enumerator.handleSplitRequest(subtask, host);
    }

    @Override
    public void addSplitsBack(List<S> splits, int subtask) {
      enumerator.addSplitsBack(splits, subtask);
    }

    @Override
    public void addReader(int subtask) {
      readers.registered(subtask);
      enumerator.addReader(subtask);
      readers.tellIfKnown(subtask);
    }

    @Override
    public C snapshotState(long checkpointId) throws Exception {
      return enumerator.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
      enumerator.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
      enumerator.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
      enumerator.handleSourceEvent(subtask, event);
    }

    @Override
    public void close() throws IOException {
      enumerator.close();
    }
  }

  /**
   * What the enumerator sees of Flink, and who was told that there is no more. Telling a reader
   * twice can fail the job: it may have ended in between.
   */
  private static final class Readers<S extends SourceSplit> implements SplitEnumeratorContext<S> {
    private final SplitEnumeratorContext<S> context;
    private final Set<Integer> told = new HashSet<>();
    private long calls;
    private boolean allSplitsKnown;

    Readers(SplitEnumeratorContext<S> context) {
      this.context = context;
    }

    /** A reader that starts, again perhaps, has been told nothing yet. */
    void registered(int subtask) {
      told.remove(subtask);
    }

    void tellIfKnown(int subtask) {
      if (allSplitsKnown && !told.contains(subtask)) {
        signalNoMoreSplits(subtask);
      }
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
      told.add(subtask);
      context.signalNoMoreSplits(subtask);
    }

    @Override
    public <R> void callAsync(Callable<R> callable, BiConsumer<R, Throwable> handler) {
      calls++;
      context.<R>callAsync(
          callable,
          (result, failure) -> {
            long before = calls;
            handler.accept(result, failure);
            if (calls == before) {
              allSplitsKnown = true;
              List.copyOf(registeredReaders().keySet()).forEach(this::tellIfKnown);
            }
          });
    }

    @Override
    public <R> void callAsync(
        Callable<R> callable,
        BiConsumer<R, Throwable> handler,
        long initialDelayMillis,
        long periodMillis) {
      context.callAsync(callable, handler, initialDelayMillis, periodMillis);
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
      return context.metricGroup();
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
      context.sendEventToSourceReader(subtask, event);
    }

    @Override
    public void sendEventToSourceReader(int subtask, int attempt, SourceEvent event) {
      context.sendEventToSourceReader(subtask, attempt, event);
    }

    @Override
    public int currentParallelism() {
      return context.currentParallelism();
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
      return context.registeredReaders();
    }

    @Override
    public Map<Integer, Map<Integer, ReaderInfo>> registeredReadersOfAttempts() {
      return context.registeredReadersOfAttempts();
    }

    @Override
    public void assignSplits(SplitsAssignment<S> assignment) {
      context.assignSplits(assignment);
    }

    @Override
    public void assignSplit(S split, int subtask) {
      context.assignSplit(split, subtask);
    }

    @Override
    public void runInCoordinatorThread(Runnable work) {
      context.runInCoordinatorThread(work);
    }

    @Override
    public void setIsProcessingBacklog(boolean isProcessingBacklog) {
      context.setIsProcessingBacklog(isProcessingBacklog);
    }
  }
}
