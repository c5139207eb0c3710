package io.tidemark.jobs.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that wait for the watermark, the next one first.
 *
 * <p><b>How it works.</b> Each partition of a topic comes nearly in order, so what arrives is a few
 * sorted runs, shuffled. A vector goes to the end of the first run whose last one is before it; the
 * next vector is the least of the runs' first ones: a comparison per run, where a heap compares and
 * moves its way through a level per doubling. What fits no run waits in a heap beside them.
 *
 * <p>Not thread-safe.
 */
final class WaitingVectors {
  private static final int MOST_RUNS = 8;

  private final Comparator<FeatureVector> order;
  private final List<ArrayDeque<FeatureVector>> runs = new ArrayList<>();
  private final PriorityQueue<FeatureVector> others;

  WaitingVectors(Comparator<FeatureVector> order) {
    this.order = order;
    this.others = new PriorityQueue<>(order);
  }

  void add(FeatureVector vector) {
    for (ArrayDeque<FeatureVector> run : runs) {
      FeatureVector last = run.peekLast();
      if (last == null || order.compare(last, vector) <= 0) {
        run.add(vector);
        return;
      }
    }
    if (runs.size() < MOST_RUNS) {
      ArrayDeque<FeatureVector> run = new ArrayDeque<>();
      run.add(vector);
      runs.add(run);
    } else {
      others.add(vector);
    }
  }

  /**
   * Takes out the next vector if its time is not later than a watermark; null where there is none.
   */
  @Nullable FeatureVector pollUpTo(long watermarkMillis) {
    FeatureVector next = others.peek();
    ArrayDeque<FeatureVector> runOfNext = null;
    for (ArrayDeque<FeatureVector> run : runs) {
      FeatureVector first = run.peekFirst();
      if (first != null && (next == null || order.compare(first, next) < 0)) {
        next = first;
        runOfNext = run;
      }
    }
    if (next == null || next.trigger().timeMillis() > watermarkMillis) {
      return null;
    }
    return runOfNext == null ? others.poll() : runOfNext.poll();
  }

  boolean isEmpty() {
    return others.isEmpty() && runs.stream().allMatch(ArrayDeque::isEmpty);
  }

  /** Time of the last of them; there is one. */
  long highestMillis() {
    return all().stream().mapToLong(vector -> vector.trigger().timeMillis()).max().orElseThrow();
  }

  /** A list of them, in no order. */
  List<FeatureVector> all() {
    List<FeatureVector> all = new ArrayList<>(others);
    runs.forEach(all::addAll);
    return all;
  }
}
