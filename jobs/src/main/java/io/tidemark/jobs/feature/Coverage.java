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
   * @param gapUpToMillis events up to then lack what the answer is read off; {@link LogGaps#NEVER}
   *     where none does
   */
  boolean isComplete(
      long asOfMillis,
      WindowState state,
      long sinceMillis,
      long droppedUpToMillis,
      long gapUpToMillis);

  /** The same of an answer that no event lacks anything for. */
  default boolean isComplete(
      long asOfMillis, WindowState state, long sinceMillis, long droppedUpToMillis) {
    return isComplete(asOfMillis, state, sinceMillis, droppedUpToMillis, LogGaps.NEVER);
  }

  /** How it is told of a window. */
  static Coverage of(WindowSpec spec) {
    if (spec.window() instanceof Trailing) {
      Edge tail = spec.leavingEdge();
      return (asOf, state, since, dropped, gap) ->
          isTrailingComplete(tail, asOf, Math.max(since, Math.max(dropped, gap)));
    }
    if (spec.window() instanceof Session) {
      Edge tail = spec.leavingEdge();
      return (asOf, state, since, dropped, gap) ->
          isSessionComplete(tail, asOf, state, since, Math.max(dropped, gap));
    }
    if (spec.window() instanceof Tumbling) {
      return (asOf, state, since, dropped, gap) ->
          state.startMillis() >= since && state.startMillis() > gap && asOf >= dropped;
    }
    if (spec.window() instanceof Lifetime) {
      return (asOf, state, since, dropped, gap) ->
          since == ALWAYS && gap == LogGaps.NEVER && asOf >= dropped;
    }
    throw new IllegalArgumentException("No window of today: " + spec.window());
  }

  /**
   * The same of a trailing window, whose state is not asked.
   *
   * @param knownAfterMillis every later event is known, and was not dropped
   */
  static boolean isTrailingComplete(Edge tail, long asOfMillis, long knownAfterMillis) {
    return tail.limit(asOfMillis) >= knownAfterMillis;
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
