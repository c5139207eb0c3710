package io.tidemark.cli.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A fault that is to come.
 *
 * @param at when the job has scored this share of the payments, from 0 to 1
 * @param afterPrevious so long after the fault before it, wherever the job is by then; null where
 *     {@code at} decides
 * @param choice which of the processes that could be hit: this number modulo how many they are
 */
record PlannedFault(FaultKind kind, double at, @Nullable Duration afterPrevious, int choice) {
  /** Of the payments: before this the job has hardly begun, after it, it may be over. */
  private static final double FIRST = 0.03;

  private static final double LAST = 0.92;

  /** How many of the faults hit a job that has not recovered from the one before. */
  private static final double DURING_RECOVERY = 0.25;

  private static final int LONGEST_PAUSE_MILLIS = 6_000;

  /**
   * Faults in the order in which they come: of the task manager, the job manager and the broker
   * equally many, at moments drawn evenly over the run. The same seed gives the same faults.
   */
  static List<PlannedFault> draw(long seed, int faultsOfEach) {
    Random random = new Random(seed);
    List<FaultKind> kinds = new ArrayList<>();
    for (int i = 0; i < faultsOfEach; i++) {
      kinds.add(FaultKind.TASK_MANAGER_KILLED);
      kinds.add(FaultKind.JOB_MANAGER_KILLED);
      kinds.add(random.nextBoolean() ? FaultKind.BROKER_KILLED : FaultKind.BROKER_STOPPED);
    }
    Collections.shuffle(kinds, random);
    double[] moments = new double[kinds.size()];
    for (int i = 0; i < moments.length; i++) {
      moments[i] = FIRST + (LAST - FIRST) * random.nextDouble();
    }
    Arrays.sort(moments);
    List<PlannedFault> faults = new ArrayList<>();
    for (int i = 0; i < moments.length; i++) {
      boolean duringRecovery = random.nextDouble() < DURING_RECOVERY && i > 0;
      Duration pause = Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS));
      faults.add(
          new PlannedFault(
              kinds.get(i),
              moments[i],
              duringRecovery ? pause : null,
              random.nextInt(Integer.MAX_VALUE)));
    }
    return List.copyOf(faults);
  }

  /**
   * @param progress share of the payments that the job has scored
   * @param sincePrevious since the fault before this one
   */
  boolean isDue(double progress, Duration sincePrevious) {
    return afterPrevious == null ? progress >= at : sincePrevious.compareTo(afterPrevious) >= 0;
  }
}
