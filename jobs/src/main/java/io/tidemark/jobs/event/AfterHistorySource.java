package io.tidemark.jobs.event;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
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
 * A topic whose events follow a history: every subtask begins at the watermark that ends the
 * history, and none goes ahead of one that has not yet had the time to read its first event.
 *
 * <p>How it works: until its partitions are known, a subtask holds an output of its own at the
 * hand-over. It goes idle as a silent partition does, should no partition ever come.
 */
final class AfterHistorySource<T, S extends SourceSplit, C> implements Source<T, S, C> {
  private static final long serialVersionUID = 1L;

  private final Source<T, S, C> topic;
  private final HandOver handOver;

  AfterHistorySource(Source<T, S, C> topic, HandOver handOver) {
    this.topic = topic;
    this.handOver = handOver;
  }

  @Override
  public Boundedness getBoundedness() {
    return topic.getBoundedness();
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    return new Reader<>(topic.createReader(context), handOver);
  }

  @Override
  public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return topic.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C checkpoint)
      throws Exception {
    return topic.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return topic.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<C> getEnumeratorCheckpointSerializer() {
    return topic.getEnumeratorCheckpointSerializer();
  }

  /** Used by the task thread. */
  private static final class Reader<T, S extends SourceSplit> implements SourceReader<T, S> {
    private static final String BEFORE_FIRST_PARTITION = "tidemark-hand-over";

    private enum Phase {
      SWITCHED,
      WAITING_FOR_PARTITIONS,
      READING
    }

    private final SourceReader<T, S> topic;
    private final HandOver handOver;
    private Phase phase = Phase.SWITCHED;
    private boolean hasPartitions;

    Reader(SourceReader<T, S> topic, HandOver handOver) {
      this.topic = topic;
      this.handOver = handOver;
    }

    @Override
    public void start() {
      topic.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
      if (phase == Phase.SWITCHED) {
        output
            .createOutputForSplit(BEFORE_FIRST_PARTITION)
            .emitWatermark(new Watermark(handOver.historyEndMillis()));
        phase = Phase.WAITING_FOR_PARTITIONS;
      }
      if (phase == Phase.WAITING_FOR_PARTITIONS && hasPartitions) {
        // Flink has made an output for each of them, which holds the watermark from here on.
        output.releaseOutputForSplit(BEFORE_FIRST_PARTITION);
        phase = Phase.READING;
      }
      return topic.pollNext(output);
    }

    @Override
    public void addSplits(List<S> splits) {
      hasPartitions |= !splits.isEmpty();
      topic.addSplits(splits);
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
      return topic.snapshotState(checkpointId);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return topic.isAvailable();
    }

    @Override
    public void notifyNoMoreSplits() {
      topic.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
      topic.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
      topic.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
      topic.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void pauseOrResumeSplits(
        Collection<String> splitsToPause, Collection<String> splitsToResume) {
      topic.pauseOrResumeSplits(splitsToPause, splitsToResume);
    }

    @Override
    public void close() throws Exception {
      topic.close();
    }
  }
}
