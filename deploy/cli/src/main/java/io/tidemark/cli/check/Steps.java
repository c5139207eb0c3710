package io.tidemark.cli.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a check did, one step after the other, and how long each took. */
public final class Steps {
  private final List<Step> steps = new ArrayList<>();
  private long startedNanos;

  /** How a step ended. */
  public enum Status {
    OK,
    FAILED,
    RUNNING
  }

  /**
   * @param stage such as {@code validate}
   * @param action what was done in it
   */
  public record Step(String stage, String action, long millis, Status status) {}

  /** Begins a step; the one before has ended. */
  public void begin(String stage, String action) {
    startedNanos = System.nanoTime();
    steps.add(new Step(stage, action, 0, Status.RUNNING));
  }

  /** Ends the step that runs. */
  public void end(boolean ok) {
    steps.set(steps.size() - 1, last(ok ? Status.OK : Status.FAILED));
  }

  private Step last(Status status) {
    Step step = steps.get(steps.size() - 1);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    return new Step(step.stage, step.action, millis, status);
  }

  /** All of them in order. */
  public List<Step> all() {
    return List.copyOf(steps);
  }
}
