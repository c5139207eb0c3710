package io.tidemark.cli.bench;

import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentJson;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSerializer;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;

/**
 * Payments in memory, decoded, in order of time, no two of one key at the same time. The file they
 * come from holds a key's number and a serialized event, one after another.
 *
 * @param keys for each event the number of its key, counted from 0
 */
record Tape(List<Event> events, int[] keys) {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long DAY_MILLIS = 86_400_000;

  /** Part of a tape: one in so many of its keys, so many days. */
  record Slice(Path file, int oneKeyIn, int days) {}

  /**
   * Simulates payments and writes them.
   *
   * @param dealtTo for each file to how many keys the payments are dealt one after another; 0: each
   *     keeps its customer
   * @return how many payments
   */
  static int write(Scale scale, long seed, Map<Path, Integer> dealtTo) throws IOException {
    PaymentSimulator simulator = new PaymentSimulator(scale.simulator(seed));
    List<Recorder> recorders = new ArrayList<>();
    try {
      for (Map.Entry<Path, Integer> file : dealtTo.entrySet()) {
        recorders.add(new Recorder(file.getKey(), file.getValue()));
      }
      int payments = 0;
      for (int day = 0; day < scale.days(); day++) {
        for (Payment payment : simulator.nextDay()) {
          payments++;
          for (Recorder recorder : recorders) {
            recorder.write(payment);
          }
        }
      }
      return payments;
    } finally {
      for (Recorder recorder : recorders) {
        recorder.close();
      }
    }
  }

  /** Writes one file. */
  private static final class Recorder implements Closeable {
    private final JsonEventDecoder decoder =
        new JsonEventDecoder(Workload.SCHEMA, Clock.systemUTC());
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Instant> lastTimes = new HashMap<>();
    private final int dealtTo;
    private final DataOutputViewStreamWrapper out;

    Recorder(Path file, int dealtTo) throws IOException {
      this.dealtTo = dealtTo;
      this.out =
          new DataOutputViewStreamWrapper(
              new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
    }

    void write(Payment payment) throws IOException {
      String key =
          dealtTo == 0 ? payment.customerId() : Long.toString(payment.transactionId() % dealtTo);
      if (payment.time().equals(lastTimes.put(key, payment.time()))) {
        return;
      }
      Integer number = numbers.putIfAbsent(key, numbers.size());
      out.writeInt(number == null ? numbers.size() - 1 : number);
      EventSerializer.INSTANCE.serialize(decode(payment, key), out);
    }

    private Event decode(Payment payment, String key) {
      Payment ofKey =
          new Payment(
              payment.transactionId(),
              payment.time(),
              key,
              payment.terminalId(),
              payment.amount(),
              payment.scenario());
      Origin origin = new Origin("payments", 0, payment.transactionId(), 0);
      return Objects.requireNonNull(decoder.decode(PaymentJson.encode(ofKey), origin).event());
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  static Tape read(Slice slice) throws IOException {
    List<Event> events = new ArrayList<>();
    int[] keys = new int[1 << 16];
    try (DataInputViewStreamWrapper in =
        new DataInputViewStreamWrapper(
            new BufferedInputStream(Files.newInputStream(slice.file), BUFFER_BYTES))) {
      long endMillis = Long.MAX_VALUE;
      while (true) {
        int key = in.readInt();
        Event event = EventSerializer.INSTANCE.deserialize(in);
        if (endMillis == Long.MAX_VALUE) {
          endMillis = startOfDay(event.timeMillis()) + slice.days * DAY_MILLIS;
        }
        if (event.timeMillis() >= endMillis) {
          break;
        }
        if (key % slice.oneKeyIn == 0) {
          if (events.size() == keys.length) {
            keys = Arrays.copyOf(keys, 2 * keys.length);
          }
          keys[events.size()] = key / slice.oneKeyIn;
          events.add(event);
        }
      }
    } catch (EOFException e) {
      // As many days as there are.
    }
    return new Tape(events, Arrays.copyOf(keys, events.size()));
  }

  private static long startOfDay(long timeMillis) {
    return timeMillis - Math.floorMod(timeMillis, DAY_MILLIS);
  }

  int size() {
    return events.size();
  }

  /** When a day of the tape begins. */
  long dayMillis(int day) {
    return startOfDay(events.get(0).timeMillis()) + day * DAY_MILLIS;
  }

  long lastMillis() {
    return events.get(events.size() - 1).timeMillis();
  }

  /** Index of the first event at or after a time. */
  int firstFrom(long timeMillis) {
    int first = 0;
    while (first < events.size() && events.get(first).timeMillis() < timeMillis) {
      first++;
    }
    return first;
  }

  /** In what time a key has so many events, on average. */
  Duration spanOfEventsPerKey(int count) {
    double spanMillis = lastMillis() - events.get(0).timeMillis();
    return Duration.ofMillis(Math.round(spanMillis * count * keyCount() / size()));
  }

  /** How many keys there are. */
  int keyCount() {
    return Arrays.stream(keys).max().orElse(-1) + 1;
  }

  /**
   * The events as several readers see them: all of one key in one lane, in order.
   *
   * @param laneOfEvent from the index of an event
   */
  Event[][] lanes(int count, IntUnaryOperator laneOfEvent) {
    List<List<Event>> lanes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lanes.add(new ArrayList<>());
    }
    for (int i = 0; i < events.size(); i++) {
      lanes.get(laneOfEvent.applyAsInt(i)).add(events.get(i));
    }
    return lanes.stream().map(lane -> lane.toArray(Event[]::new)).toArray(Event[][]::new);
  }
}
