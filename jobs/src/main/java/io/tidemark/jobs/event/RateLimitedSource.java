package io.tidemark.jobs.event;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimitedSourceReader;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;
import org.jspecify.annotations.Nullable;

/**
 * Another source, of which each subtask hands out its share of so many records a second and no
 * more: for a replay beside live jobs.
 *
 * <p>A subtask that had nothing to hand out for a while does not catch up.
 */
public final class RateLimitedSource<T, S extends SourceSplit, C>
    extends ForwardingSource<T, S, C> {
  private static final long serialVersionUID = 1L;

  private final int recordsPerSecond;

  /**
   * @param recordsPerSecond over all subtasks, at least 1
   */
  public RateLimitedSource(Source<T, S, C> source, int recordsPerSecond) {
    super(source);
    if (recordsPerSecond < 1) {
      throw new IllegalArgumentException(
          "A source hands out at least 1 record a second, not " + recordsPerSecond);
    }
    this.recordsPerSecond = recordsPerSecond;
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    long periodNanos =
        TimeUnit.SECONDS.toNanos(1) * context.currentParallelism() / recordsPerSecond;
    return new Reader<>(super.createReader(context), new Pace<>(periodNanos));
  }

  /** Hands on what Flink's own keeps to itself: Kafka's reader commits offsets when told so. */
  private static final class Reader<T, S extends SourceSplit>
      extends RateLimitedSourceReader<T, S> {
    private final SourceReader<T, S> reader;

    Reader(SourceReader<T, S> reader, RateLimiter<S> pace) {
      super(reader, pace);
      this.reader = reader;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
      super.notifyCheckpointComplete(checkpointId);
      reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
      reader.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
      reader.handleSourceEvents(event);
    }

    @Override
    public void pauseOrResumeSplits(
        Collection<String> splitsToPause, Collection<String> splitsToResume) {
      reader.pauseOrResumeSplits(splitsToPause, splitsToResume);
    }
  }

  /**
   * One permit per period. Flink's own limiter blocks a thread of its own for each, which nobody
   * ends when the job does. Used by the task thread.
   */
  private static final class Pace<S extends SourceSplit> implements RateLimiter<S> {
    /** Permits that are due within this time are given at once: timers are no finer than that. */
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final long periodNanos;
    private @Nullable Long nextNanos;

    Pace(long periodNanos) {
      this.periodNanos = periodNanos;
    }

    @Override
    public CompletionStage<Void> acquire(int permits) {
      long now = System.nanoTime();
      long due = nextNanos == null || nextNanos - now < 0 ? now : nextNanos;
      nextNanos = due + permits * periodNanos;
      return due - now <= SLACK_NANOS
          ? CompletableFuture.completedFuture(null)
          : new CompletableFuture<@Nullable Void>()
              .completeOnTimeout(null, due - now, TimeUnit.NANOSECONDS);
    }
  }
}
