package io.tidemark.cli.bench;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
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
 * A source that costs next to nothing: each reader hands out its lane of the mounted {@link
 * Replay}, many events at a time. It has no splits and cannot be restored; runs take no
 * checkpoints.
 *
 * @param columns of the vectors, all still missing
 */
record ReplaySource(VectorColumns columns)
    implements Source<FeatureVector, ReplaySource.NoSplit, ReplaySource.NoSplit> {
  private static final int EVENTS_PER_POLL = 128;

  /** A thousand events of the whole tape, and as often where a tape has fewer keys. */
  private static final long WATERMARK_EVERY_MILLIS = 2 * 3_600_000L;

  /** There are none. */
  static final class NoSplit implements SourceSplit {
    private NoSplit() {}

    @Override
    public String splitId() {
      return "none";
    }
  }

  /** Watermarks every few hours of event time; a lane's events are in order. */
  static WatermarkStrategy<FeatureVector> watermarks() {
    return WatermarkStrategy.<FeatureVector>forGenerator(context -> new Generator())
        .withTimestampAssigner((vector, timestamp) -> timestamp);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<FeatureVector, NoSplit> createReader(SourceReaderContext context) {
    return new Reader(Replay.current(), context.getIndexOfSubtask(), columns);
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, NoSplit checkpoint) {
    throw new UnsupportedOperationException("A replay is never restored");
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
    return new NoSplitSerializer();
  }

  private static final class Generator implements WatermarkGenerator<FeatureVector> {
    private long nextMillis = Long.MIN_VALUE;

    @Override
    public void onEvent(FeatureVector vector, long timeMillis, WatermarkOutput output) {
      if (timeMillis >= nextMillis) {
        output.emitWatermark(new Watermark(timeMillis - 1));
        nextMillis = timeMillis + WATERMARK_EVERY_MILLIS;
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static final class Reader implements SourceReader<FeatureVector, NoSplit> {
    private final Replay replay;
    private final int lane;
    private final Event[] events;
    private final VectorColumns columns;
    private int next;

    Reader(Replay replay, int lane, VectorColumns columns) {
      this.replay = replay;
      this.lane = lane;
      this.events = replay.lane(lane);
      this.columns = columns;
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<FeatureVector> output) {
      int end = Math.min(events.length, next + EVENTS_PER_POLL);
      if (next < end && !replay.advance(lane, events[next].timeMillis())) {
        return InputStatus.MORE_AVAILABLE;
      }
      for (; next < end; next++) {
        Event event = events[next];
        output.collect(FeatureVector.of(event, columns), event.timeMillis());
      }
      if (next < events.length) {
        return InputStatus.MORE_AVAILABLE;
      }
      replay.finish(lane);
      return InputStatus.END_OF_INPUT;
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {
      replay.finish(lane);
    }
  }

  private static final class Enumerator implements SplitEnumerator<NoSplit, NoSplit> {
    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, String requesterHostname) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public void addReader(int subtask) {}

    @Override
    public NoSplit snapshotState(long checkpointId) {
      return new NoSplit();
    }

    @Override
    public void close() {}
  }

  private static final class NoSplitSerializer implements SimpleVersionedSerializer<NoSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(NoSplit split) {
      return new byte[0];
    }

    @Override
    public NoSplit deserialize(int version, byte[] serialized) {
      return new NoSplit();
    }
  }
}
