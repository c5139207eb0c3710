package io.tidemark.cli.bench;

import io.tidemark.jobs.event.Event;
import java.util.Map;
import java.util.TreeMap;

/** What windows that hop by an hour must answer, computed slowly. */
final class HopReference {
  private static final long HOP_MILLIS = Peers.HOP.toMillis();
  private static final long HOPS = Peers.HOP_SIZE.toMillis() / HOP_MILLIS;

  private HopReference() {}

  /** The sums over all windows of all keys that hold an event. */
  static Answers of(Tape tape) {
    Map<Integer, TreeMap<Long, Total>> keys = new TreeMap<>();
    for (int i = 0; i < tape.size(); i++) {
      Event event = tape.events().get(i);
      keys.computeIfAbsent(tape.keys()[i], key -> new TreeMap<>())
          .computeIfAbsent(Math.floorDiv(event.timeMillis(), HOP_MILLIS), hour -> new Total())
          .add(1, event.doubleValue(Workload.AMOUNT_SLOT));
    }
    Answers all = new Answers(0, 0, 0);
    for (TreeMap<Long, Total> hours : keys.values()) {
      TreeMap<Long, Total> windows = new TreeMap<>();
      hours.forEach(
          (hour, total) -> {
            for (long end = hour + 1; end <= hour + HOPS; end++) {
              windows.computeIfAbsent(end, first -> new Total()).add(total.count, total.sum);
            }
          });
      for (Total window : windows.values()) {
        all = all.plus(new Answers(1, window.count, window.sum / window.count));
      }
    }
    return all;
  }

  private static final class Total {
    private long count;
    private double sum;

    void add(long moreCount, double moreSum) {
      count += moreCount;
      sum += moreSum;
    }
  }
}
