package io.tidemark.jobs.event;

import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * A topic whose events follow a history: every subtask begins at the watermark that ends the
 * history, and none goes ahead of one that has not yet had the time to read its first event.
 *
 * <p>How it works: until its partitions are known, a subtask holds an output of its own at the
 * hand-over. It goes idle as a silent partition does, should no partition ever come.
 */
final class AfterHistorySource<T, S extends SourceSplit, C> extends ForwardingSource<T, S, C> {
  private static final long serialVersionUID = 1L;

  private final HandOver handOver;

  AfterHistorySource(Source<T, S, C> topic, HandOver handOver) {
    super(topic);
    this.handOver = handOver;
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    return new Reader<>(super.createReader(context), handOver);
  }

  /** Used by the task thread. */
  private static final class Reader<T, S extends SourceSplit> extends ForwardingSourceReader<T, S> {
    private static final String BEFORE_FIRST_PARTITION = "tidemark-hand-over";

    private enum Phase {
      SWITCHED,
      WAITING_FOR_PARTITIONS,
      READING
    }

    private final HandOver handOver;
    private Phase phase = Phase.SWITCHED;
    private boolean hasPartitions;

    Reader(SourceReader<T, S> topic, HandOver handOver) {
      super(topic);
      this.handOver = handOver;
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
      return super.pollNext(output);
    }

    @Override
    public void addSplits(List<S> splits) {
      hasPartitions |= !splits.isEmpty();
      super.addSplits(splits);
    }
  }
}
