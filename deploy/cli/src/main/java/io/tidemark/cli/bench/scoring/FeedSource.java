package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.event.FeatureVector;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.jspecify.annotations.Nullable;

/**
 * A source that costs next to nothing: its one reader hands out the vectors of the mounted {@link
 * Feed}, those that are due. It has no splits and cannot be restored.
 */
record FeedSource() implements Source<FeatureVector, FeedSource.NoSplit, FeedSource.NoSplit> {
  private static final int RECORDS_PER_POLL = 128;

  /** There are none. */
  record NoSplit() implements SourceSplit {
    @Override
    public String splitId() {
      return "none";
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<FeatureVector, NoSplit> createReader(SourceReaderContext context) {
    return new Reader(Feed.current());
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> createEnumerator(
      SplitEnumeratorContext<NoSplit> context) {
    return new Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, NoSplit> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, NoSplit checkpoint) {
    throw new UnsupportedOperationException("A feed is never restored");
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getEnumeratorCheckpointSerializer() {
    return new NoSplitSerializer();
  }

  /** A thread of its own says when the next record is due: the task's must be free for answers. */
  private static final class Reader implements SourceReader<FeatureVector, NoSplit> {
    private final Feed feed;
    private final Vectors vectors;
    private long next;
    private volatile boolean closed;
    private @Nullable Thread clock;

    // Guarded by this.
    private CompletableFuture<Void> available = new CompletableFuture<>();
    private long awaited = -1;

    Reader(Feed feed) {
      this.feed = feed;
      this.vectors = feed.vectors();
    }

    @Override
    public void start() {
      feed.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<FeatureVector> output) {
      long due = feed.due();
      long end = Math.min(due, next + RECORDS_PER_POLL);
      for (; next < end; next++) {
        output.collect(vectors.get(next));
      }
      if (next == feed.records()) {
        return InputStatus.END_OF_INPUT;
      }
      if (next < due) {
        return InputStatus.MORE_AVAILABLE;
      }
      await(next);
      return InputStatus.NOTHING_AVAILABLE;
    }

    private synchronized void await(long record) {
      if (clock == null) {
        clock = new Thread(this::tick, "feed clock");
        clock.setDaemon(true);
        clock.start();
      }
      if (available.isDone()) { // else somebody may be waiting for it
        available = new CompletableFuture<>();
      }
      awaited = record;
      notifyAll();
    }

    private void tick() {
      try {
        while (!closed) {
          long record = takeAwaited();
          feed.awaitDue(record);
          synchronized (this) {
            available.complete(null);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed
      }
    }

    private synchronized long takeAwaited() throws InterruptedException {
      while (awaited < 0) {
        wait();
      }
      long record = awaited;
      awaited = -1;
      return record;
    }

    @Override
    public synchronized CompletableFuture<Void> isAvailable() {
      return next < feed.due() ? CompletableFuture.completedFuture(null) : available;
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public synchronized void close() {
      closed = true;
      if (clock != null) {
        clock.interrupt();
      }
    }
  }

  private static final class Enumerator implements SplitEnumerator<NoSplit, NoSplit> {
    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, @Nullable String requesterHostname) {}

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
