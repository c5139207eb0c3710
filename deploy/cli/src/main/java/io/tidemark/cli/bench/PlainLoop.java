package io.tidemark.cli.bench;

import io.tidemark.jobs.event.Event;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The same windows as a loop would compute them that has nothing else to care for: one thread, a
 * map from the customer to a ring of times and amounts, a tail and a plain sum per window. No state
 * to keep, no network, no late events. What it answers is also what the cases are checked against.
 */
final class PlainLoop {
  private final long[] windowMillis;
  private final Map<String, Ring> rings = new HashMap<>();
  private long answers;
  private long counts;
  private double averages;

  PlainLoop(long[] windowMillis) {
    this.windowMillis = windowMillis.clone();
  }

  void run(List<Event> events) {
    for (Event event : events) {
      Ring ring =
          rings.computeIfAbsent(
              String.valueOf(event.text(Workload.CUSTOMER_SLOT)),
              customer -> new Ring(windowMillis.length));
      add(ring, event.timeMillis(), event.doubleValue(Workload.AMOUNT_SLOT));
    }
  }

  private void add(Ring ring, long timeMillis, double amount) {
    ring.append(timeMillis, amount);
    answers++;
    for (int window = 0; window < windowMillis.length; window++) {
      ring.evict(window, timeMillis - windowMillis[window]);
      long count = ring.head - ring.tails[window];
      counts += count;
      averages += ring.sums[window] / count;
    }
  }

  Answers answers() {
    return new Answers(answers, counts, averages);
  }

  private static final class Ring {
    private long[] times = new long[64];
    private double[] amounts = new double[64];
    private final long[] tails;
    private final double[] sums;
    private long head;

    Ring(int windows) {
      tails = new long[windows];
      sums = new double[windows];
    }

    void append(long timeMillis, double amount) {
      if (head - tails[tails.length - 1] == times.length) {
        grow();
      }
      int at = (int) head & (times.length - 1);
      times[at] = timeMillis;
      amounts[at] = amount;
      head++;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += amount;
      }
    }

    void evict(int window, long endMillis) {
      int mask = times.length - 1;
      long tail = tails[window];
      while (times[(int) tail & mask] <= endMillis) {
        sums[window] -= amounts[(int) tail & mask];
        tail++;
      }
      tails[window] = tail;
    }

    private void grow() {
      long[] oldTimes = times;
      double[] oldAmounts = amounts;
      times = Arrays.copyOf(oldTimes, 2 * oldTimes.length);
      amounts = Arrays.copyOf(oldAmounts, times.length);
      for (long i = tails[tails.length - 1]; i < head; i++) {
        times[(int) i & (times.length - 1)] = oldTimes[(int) i & (oldTimes.length - 1)];
        amounts[(int) i & (times.length - 1)] = oldAmounts[(int) i & (oldTimes.length - 1)];
      }
    }
  }
}
