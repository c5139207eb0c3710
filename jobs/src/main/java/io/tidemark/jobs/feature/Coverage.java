package io.tidemark.jobs.feature;

import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;

/** Whether all events of a window were seen, or the window is still warming up. */
@FunctionalInterface
interface Coverage {
  /** Since the beginning of time: what an event contract refuses as too early cannot be missing. */
  long ALWAYS = Long.MIN_VALUE;

  /**
   * @param asOfMillis what the answer is as of
   * @param state of the window then
   * @param sinceMillis all events since then are known
   * @param droppedUpToMillis events up to then are no longer in the log
   */
  boolean isComplete(long asOfMillis, WindowState state, long sinceMillis, long droppedUpToMillis);

  /** How it is told of a window. */
  static Coverage of(WindowSpec spec) {
    if (spec.window() instanceof Trailing) {
      Edge tail = spec.leavingEdge();
      return (asOf, state, since, dropped) -> tail.limit(asOf) >= Math.max(since, dropped);
    }
    if (spec.window() instanceof Session) {
      Edge tail = spec.leavingEdge();
      return (asOf, state, since, dropped) -> isSessionComplete(tail, asOf, state, since, dropped);
    }
    if (spec.window() instanceof Tumbling) {
      return (asOf, state, since, dropped) -> state.startMillis() >= since && asOf >= dropped;
    }
    if (spec.window() instanceof Lifetime) {
      return (asOf, state, since, dropped) -> since == ALWAYS && asOf >= dropped;
    }
    throw new IllegalArgumentException("No window of today: " + spec.window());
  }

  /** Either its maximum lies in what is known, or it began with a pause that does. */
  private static boolean isSessionComplete(
      Edge tail, long asOfMillis, WindowState state, long sinceMillis, long droppedUpToMillis) {
    long known = Math.max(sinceMillis, droppedUpToMillis);
    long pauseMillis = state.startMillis() - tail.gapMillis();
    return tail.limit(asOfMillis) >= known
        || (pauseMillis >= sinceMillis && pauseMillis > droppedUpToMillis);
  }
}
