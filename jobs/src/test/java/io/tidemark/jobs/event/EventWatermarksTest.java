package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkOutputMultiplexer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

/** Out of order by 10 s, idle after 30 s; times below are seconds. */
class EventWatermarksTest {
  private static final String IDLE = "idle";

  @Test
  void watermarkFollowsTheHighestTimeLessTheOutOfOrderness() {
    Subtask subtask = new Subtask("a");

    assertThat(subtask.emitted()).isEmpty();
    subtask.event("a", 100);
    assertThat(subtask.emitted()).containsExactly("89.999");
    subtask.event("a", 95);
    assertThat(subtask.emitted()).isEmpty();
    subtask.event("a", 101);
    assertThat(subtask.emitted()).containsExactly("90.999");
  }

  @Test
  void rejectedRecordsMoveNothing() {
    Subtask subtask = new Subtask("a");
    subtask.event("a", 100);
    assertThat(subtask.emitted()).containsExactly("89.999");

    subtask.passes(20);
    subtask.rejected("a");
    assertThat(subtask.emitted()).isEmpty();
    subtask.passes(10);
    assertThat(subtask.emitted()).as("no sign of life either").containsExactly("110.000");
  }

  @Test
  void silentSubtaskMovesOnByTheOutOfOrdernessAndGoesIdle() {
    Subtask subtask = new Subtask("a");
    subtask.event("a", 100);
    assertThat(subtask.emitted()).containsExactly("89.999");

    subtask.passes(29);
    assertThat(subtask.emitted()).isEmpty();
    subtask.passes(1);
    assertThat(subtask.emitted()).containsExactly("110.000");
    assertThat(subtask.emitted()).containsExactly(IDLE);
    assertThat(subtask.isIdle("a")).isTrue();
  }

  @Test
  void partitionBecomesActiveAgain() {
    Subtask subtask = new Subtask("a");
    subtask.event("a", 100);
    subtask.passes(30);
    assertThat(subtask.emitted()).containsExactly("110.000");
    assertThat(subtask.emitted()).containsExactly(IDLE);

    subtask.event("a", 150);
    assertThat(subtask.emitted()).containsExactly("139.999");
    subtask.passes(30);
    assertThat(subtask.emitted()).containsExactly("160.000");
    assertThat(subtask.emitted()).containsExactly(IDLE);
  }

  @Test
  void emptyPartitionsHoldNothingBack() {
    Subtask subtask = new Subtask("a", "empty", "also empty");
    subtask.passes(25);
    subtask.event("a", 100);
    assertThat(subtask.emitted()).as("held by partitions not yet idle").isEmpty();
    subtask.passes(5);
    assertThat(subtask.emitted()).containsExactly("89.999");
    subtask.passes(25);
    assertThat(subtask.emitted()).containsExactly("110.000");
    assertThat(subtask.emitted()).containsExactly(IDLE);
  }

  @Test
  void subtaskWithEmptyPartitionsOnlyIsIdleAtOnce() {
    Subtask subtask = new Subtask("empty");
    subtask.passes(30);

    assertThat(subtask.emitted()).containsExactly(IDLE);
  }

  @Test
  void slowestActivePartitionDecides() {
    Subtask subtask = new Subtask("a", "b");
    subtask.event("a", 100);
    subtask.event("b", 50);
    assertThat(subtask.emitted()).containsExactly("39.999");

    subtask.passes(20);
    subtask.event("b", 60);
    assertThat(subtask.emitted()).containsExactly("49.999");
    subtask.passes(10);
    assertThat(subtask.emitted()).as("a is silent, b is not").isEmpty();
    assertThat(subtask.isIdle("a")).isTrue();
    subtask.event("b", 95);
    assertThat(subtask.emitted()).containsExactly("84.999");
  }

  /** Whichever falls silent last, the highest time of all decides. */
  @Test
  void tailOfTheHighestPartitionIsNotHeld() {
    for (String last : List.of("a", "b")) {
      Subtask subtask = new Subtask("a", "b");
      subtask.event("a", 100);
      subtask.event("b", 50);
      subtask.passes(15);
      subtask.event(last, last.equals("a") ? 100 : 50);
      assertThat(subtask.emitted()).containsExactly("39.999");
      subtask.passes(15);
      assertThat(subtask.emitted()).isEqualTo(last.equals("a") ? List.of("89.999") : List.of());
      subtask.passes(15);
      assertThat(subtask.emitted()).as("last: " + last).containsExactly("110.000");
      assertThat(subtask.emitted()).containsExactly(IDLE);
    }
  }

  /** Its broker may be away; events that come after it would be late. */
  @Test
  void silentPartitionOfABoundedRunHoldsOthersBack() {
    Subtask subtask =
        new Subtask(EventWatermarks.bounded(TestEvents.SCHEMA.contract().time()), "a", "b");
    subtask.event("a", 100);
    subtask.event("b", 50);
    assertThat(subtask.emitted()).containsExactly("39.999");

    subtask.passes(1_000_000);
    subtask.event("a", 200);
    assertThat(subtask.emitted()).isEmpty();
    subtask.passes(1_000_000);
    assertThat(subtask.emitted()).as("all silent").isEmpty();
    subtask.event("b", 60);
    assertThat(subtask.emitted()).containsExactly("49.999");
  }

  /** It holds the watermark that ends the history, and may be overtaken by no other subtask. */
  @Test
  void subtaskBehindAHistoryGoesIdleOnlyWithItsPartitions() {
    EventWatermarks watermarks =
        new EventWatermarks(TestEvents.SCHEMA.contract().time())
            .after(new HandOver(Instant.ofEpochSecond(100)));
    Subtask main = new Subtask(watermarks, "main");
    main.passes(1_000);
    assertThat(main.emitted()).as("without partitions").isEmpty();

    Subtask partitions = new Subtask(watermarks, "a");
    partitions.event("a", 120);
    assertThat(partitions.emitted()).containsExactly("109.999");
    assertThat(main.emitted()).isEmpty();
    partitions.passes(30);
    assertThat(partitions.emitted()).containsExactly("130.000");
    assertThat(main.emitted()).containsExactly(IDLE);
  }

  @Test
  void endOfAHistoryIsNoTailOfTheTopic() {
    EventWatermarks watermarks =
        new EventWatermarks(TestEvents.SCHEMA.contract().time())
            .after(new HandOver(Instant.ofEpochSecond(100)));
    Subtask main = new Subtask(watermarks, "main");
    Subtask partitions = new Subtask(watermarks, "files", "a");
    partitions.event("files", 99);
    assertThat(partitions.emitted()).as("a may be earlier").isEmpty();
    partitions.passes(30);

    assertThat(partitions.emitted())
        .as("not 109, for 105 may come")
        .containsExactly("88.999", IDLE);
    assertThat(main.emitted()).containsExactly(IDLE);
  }

  /** A subtask of the source, as Flink builds it: a generator per partition, combined. */
  private static final class Subtask {
    private final List<String> emitted = new ArrayList<>();
    private final ManualClock clock = new ManualClock();
    private final Map<String, WatermarkGenerator<Ingested>> generators = new HashMap<>();
    private final Map<String, Boolean> idle = new HashMap<>();
    private final WatermarkOutputMultiplexer outputs =
        new WatermarkOutputMultiplexer(
            new WatermarkOutput() {
              @Override
              public void emitWatermark(Watermark watermark) {
                emitted.add("%.3f".formatted(watermark.getTimestamp() / 1e3));
              }

              @Override
              public void markIdle() {
                emitted.add(IDLE);
              }

              @Override
              public void markActive() {}
            });

    Subtask(String... partitions) {
      this(new EventWatermarks(TestEvents.SCHEMA.contract().time()), partitions);
    }

    Subtask(EventWatermarks watermarks, String... partitions) {
      for (String partition : partitions) {
        outputs.registerNewOutput(
            partition,
            new WatermarkOutputMultiplexer.WatermarkUpdateListener() {
              @Override
              public void onWatermarkUpdate(long watermark) {
                idle.put(partition, false);
              }

              @Override
              public void onIdleUpdate(boolean nowIdle) {
                idle.put(partition, nowIdle);
              }
            });
        generators.put(
            partition,
            watermarks.createWatermarkGenerator(
                new WatermarkGeneratorSupplier.Context() {
                  @Override
                  public MetricGroup getMetricGroup() {
                    return new UnregisteredMetricsGroup();
                  }

                  @Override
                  public RelativeClock getInputActivityClock() {
                    return clock;
                  }
                }));
      }
    }

    void event(String partition, long seconds) {
      Event event = new Event(seconds * 1_000, 0, new long[0], new long[0], new String[0]);
      give(partition, Ingested.accepted(event));
    }

    void rejected(String partition) {
      give(
          partition,
          new JsonEventDecoder(TestEvents.SCHEMA, TestEvents.CLOCK)
              .decode(null, TestEvents.ORIGIN));
    }

    private void give(String partition, Ingested ingested) {
      generators
          .get(partition)
          .onEvent(ingested, Long.MAX_VALUE, outputs.getImmediateOutput(partition));
    }

    void passes(long seconds) {
      clock.advanceTime(Duration.ofSeconds(seconds));
    }

    /** What one period emits. */
    List<String> emitted() {
      generators.forEach(
          (partition, generator) -> generator.onPeriodicEmit(outputs.getDeferredOutput(partition)));
      outputs.onPeriodicEmit();
      List<String> now = List.copyOf(emitted);
      emitted.clear();
      return now;
    }

    boolean isIdle(String partition) {
      return idle.getOrDefault(partition, false);
    }
  }
}
