package io.tidemark.jobs;

import io.tidemark.jobs.WarmUpArguments.WarmUp;
import io.tidemark.jobs.event.EventOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of every job that computes windowed features. */
final class WindowArguments {
  /** The order of a live job; the third one, batch, is chosen by bounded runs themselves. */
  enum LiveOrder {
    arrival(EventOrder.ARRIVAL),
    eventTime(EventOrder.EVENT_TIME);

    private final EventOrder order;

    LiveOrder(EventOrder order) {
      this.order = order;
    }

    @Override
    public String toString() {
      return this == arrival ? "arrival" : "event-time";
    }
  }

  @Option(
      names = "--order",
      converter = LiveOrderConverter.class,
      paramLabel = "ORDER",
      description =
          "arrival: lowest latency. event-time: the same answers under any interleaving."
              + " Default: arrival; with --until, event-time.")
  private @Nullable LiveOrder order;

  @Option(
      names = "--history-since",
      paramLabel = "TIME",
      description =
          "Event time, such as 2026-01-01T00:00:00Z, since which the topic, and the files before it,"
              + " hold all events. Features that reach further back are marked as warming up."
              + " Default: the first event of --warm-up-from, else now.")
  private @Nullable Instant historySince;

  @Option(
      names = "--cache-mib",
      defaultValue = "64",
      paramLabel = "MIB",
      description =
          "Heap per subtask and entity for the state of keys used lately; 0: none. Default:"
              + " ${DEFAULT-VALUE}.")
  private long cacheMebibytes;

  /**
   * @param bounded whether the topic's part of the run ends
   * @param warmUp what is read before the topic
   */
  FeatureSettings settings(boolean bounded, @Nullable WarmUp warmUp) {
    LiveOrder byDefault = bounded ? LiveOrder.eventTime : LiveOrder.arrival;
    Instant known = warmUp == null ? Instant.now() : warmUp.since();
    return new FeatureSettings(
        (order == null ? byDefault : order).order,
        historySince == null ? known : historySince,
        cacheMebibytes << 20,
        !bounded,
        warmUp == null ? null : warmUp.history().end());
  }

  private static final class LiveOrderConverter implements CommandLine.ITypeConverter<LiveOrder> {
    @Override
    public LiveOrder convert(String value) {
      for (LiveOrder order : LiveOrder.values()) {
        if (order.toString().equals(value)) {
          return order;
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected arrival or event-time but was '" + value + "'");
    }
  }
}
