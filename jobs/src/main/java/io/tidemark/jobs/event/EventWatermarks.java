package io.tidemark.jobs.event;

import io.tidemark.contract.EventTime;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * Watermarks of an event's topic: the highest event time seen, less the expected out-of-orderness;
 * rejected records do not count. A partition that has been silent for {@code idleness} moves its
 * watermark up to the highest time seen plus the out-of-orderness and stops holding others back, so
 * that the tail of a topic is not held for ever: once all partitions are silent, Flink takes the
 * highest of their watermarks.
 */
public final class EventWatermarks implements WatermarkStrategy<Ingested> {
  private static final long serialVersionUID = 1L;

  private final long outOfOrdernessMillis;
  private final long idlenessNanos;

  public EventWatermarks(EventTime time) {
    this.outOfOrdernessMillis = time.outOfOrderness().toMillis();
    this.idlenessNanos = time.idleness().toNanos();
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
    return new Generator(outOfOrdernessMillis, idlenessNanos, context.getInputActivityClock());
  }

  /** One partition's watermark. */
  private static final class Generator implements WatermarkGenerator<Ingested> {
    private final long outOfOrdernessMillis;
    private final long idlenessNanos;
    private final RelativeClock clock;
    private long highestMillis = Long.MIN_VALUE;
    private long lastEventNanos;
    private boolean idle;

    Generator(long outOfOrdernessMillis, long idlenessNanos, RelativeClock clock) {
      this.outOfOrdernessMillis = outOfOrdernessMillis;
      this.idlenessNanos = idlenessNanos;
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
      if (!idle && clock.relativeTimeNanos() - lastEventNanos >= idlenessNanos) {
        if (highestMillis != Long.MIN_VALUE) {
          output.emitWatermark(new Watermark(highestMillis + outOfOrdernessMillis));
        }
        output.markIdle();
        idle = true;
      } else if (!idle && highestMillis != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(highestMillis - outOfOrdernessMillis - 1));
      }
    }
  }
}
