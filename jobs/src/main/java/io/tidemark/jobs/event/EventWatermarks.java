package io.tidemark.jobs.event;

import io.tidemark.contract.EventTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;
import org.jspecify.annotations.Nullable;

/**
 * Watermarks of an event's topic: the highest event time seen, less the expected out-of-orderness;
 * rejected records do not count. A partition that has been silent for {@code idleness} no longer
 * holds others back. When all partitions of a subtask are silent, its watermark moves up to the
 * highest time seen plus the out-of-orderness, so that the tail of a topic is not held for ever;
 * over subtasks that are all silent, Flink takes the highest watermark.
 *
 * <p>A bounded run knows no silence: all there is to read is there, and a partition that has been
 * read to its end holds nobody back. One that is only slow, because its broker is away, must hold
 * the others back, or its events would come late.
 *
 * <p>How it works: Flink takes the lowest watermark of a subtask's active partitions. A silent
 * partition that finds all others silent too emits the subtask's tail, stays active for one period
 * and only then goes idle.
 *
 * <p>Behind a history the subtask itself, Flink's main output, holds the watermark that ends the
 * history, and goes idle only with its partitions: none may be overtaken before its first event.
 *
 * <p>Each subtask has its own copy, which its task thread alone uses.
 */
public final class EventWatermarks implements WatermarkStrategy<Ingested> {
  private static final long serialVersionUID = 1L;
  private static final long NONE = Long.MIN_VALUE;

  private final long outOfOrdernessMillis;
  private final long idlenessNanos;
  private final @Nullable HandOver handOver;
  private transient @Nullable List<Partition> partitions;

  /** Of a topic that goes on and on. */
  public EventWatermarks(EventTime time) {
    this(time.outOfOrderness().toMillis(), time.idleness().toNanos(), null);
  }

  private EventWatermarks(
      long outOfOrdernessMillis, long idlenessNanos, @Nullable HandOver handOver) {
    this.outOfOrdernessMillis = outOfOrdernessMillis;
    this.idlenessNanos = idlenessNanos;
    this.handOver = handOver;
  }

  /** Of an input that ends. */
  public static EventWatermarks bounded(EventTime time) {
    return new EventWatermarks(time.outOfOrderness().toMillis(), Long.MAX_VALUE, null);
  }

  /** Of the same input behind a history, see {@link EventHistory}. */
  public EventWatermarks after(HandOver start) {
    return new EventWatermarks(outOfOrdernessMillis, idlenessNanos, start);
  }

  @Override
  public TimestampAssigner<Ingested> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (ingested, recordTimestamp) -> {
      Event event = ingested.event();
      return event == null ? recordTimestamp : event.timeMillis();
    };
  }

  @Override
  public WatermarkGenerator<Ingested> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    if (partitions == null) {
      partitions = new ArrayList<>();
      if (handOver != null) {
        // Flink asks for that of the main output first.
        return new MainOutput(partitions);
      }
    }
    Partition partition = new Partition(partitions, context.getInputActivityClock());
    partitions.add(partition);
    return partition;
  }

  /** Idle when there are partitions and all of them are silent. */
  private static final class MainOutput implements WatermarkGenerator<Ingested> {
    private final List<Partition> partitions;

    MainOutput(List<Partition> partitions) {
      this.partitions = partitions;
    }

    @Override
    public void onEvent(Ingested ingested, long recordTimestamp, WatermarkOutput output) {}

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (!partitions.isEmpty() && partitions.stream().allMatch(Partition::isSilent)) {
        output.markIdle();
      }
    }
  }

  /** One partition's watermark. */
  private final class Partition implements WatermarkGenerator<Ingested> {
    private final List<Partition> all;
    private final RelativeClock clock;
    private long highestMillis = NONE;
    private long lastEventNanos;
    private long tailEmittedMillis = NONE;
    private boolean idle;

    Partition(List<Partition> all, RelativeClock clock) {
      this.all = all;
      this.clock = clock;
      this.lastEventNanos = clock.relativeTimeNanos();
    }

    @Override
    public void onEvent(Ingested ingested, long recordTimestamp, WatermarkOutput output) {
      Event event = ingested.event();
      if (event == null) {
        return;
      }
      highestMillis = Math.max(highestMillis, event.timeMillis());
      lastEventNanos = clock.relativeTimeNanos();
      if (idle) {
        idle = false;
        output.markActive();
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (!isSilent()) {
        if (highestMillis != NONE) {
          output.emitWatermark(new Watermark(highestMillis - outOfOrdernessMillis - 1));
        }
        return;
      }
      long tailMillis = hasEvents() ? tailMillis() : NONE;
      if (tailMillis > tailEmittedMillis) {
        tailEmittedMillis = tailMillis;
        idle = false;
        output.emitWatermark(new Watermark(tailMillis));
      } else if (!idle) {
        idle = true;
        output.markIdle();
      }
    }

    /** The end of a history says nothing of the topic behind it. */
    private boolean hasEvents() {
      return highestMillis != NONE && (handOver == null || handOver.isLive(highestMillis));
    }

    private boolean isSilent() {
      return clock.relativeTimeNanos() - lastEventNanos >= idlenessNanos;
    }

    /** Where the subtask's watermark goes when all its partitions are silent. */
    private long tailMillis() {
      long highest = NONE;
      for (Partition partition : all) {
        if (!partition.isSilent()) {
          return NONE;
        }
        if (partition.hasEvents()) {
          highest = Math.max(highest, partition.highestMillis);
        }
      }
      return highest + outOfOrdernessMillis;
    }
  }
}
