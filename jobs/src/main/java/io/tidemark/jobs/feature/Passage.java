package io.tidemark.jobs.feature;

import java.util.stream.Stream;

/**
 * What an entry does at one place behind the head: to the windows that it enters there, and to
 * those that it leaves. Counts and sums of all of them are changed at once; the rest is asked only
 * of the windows that have it.
 *
 * <p>Holds nothing of any log; immutable.
 */
final class Passage {
  private final boolean isEntrance;
  private final EntrySums entered;
  private final EntrySums left;
  private final LogWindow[] prepared;
  private final LogWindow[] aggregating;
  private final LogWindow[] givingBack;

  /**
   * @param entering windows that an entry enters here
   * @param leaving windows that it leaves here
   */
  Passage(LogWindow[] entering, LogWindow[] leaving) {
    this.isEntrance = entering.length > 0;
    this.entered = sums(entering);
    this.left = sums(leaving);
    this.prepared = Stream.of(entering).filter(LogWindow::keepsStart).toArray(LogWindow[]::new);
    this.aggregating = Stream.of(entering).filter(LogWindow::hasRunning).toArray(LogWindow[]::new);
    this.givingBack = Stream.of(leaving).filter(LogWindow::hasRunning).toArray(LogWindow[]::new);
  }

  private static EntrySums sums(LogWindow[] windows) {
    return EntrySums.of(Stream.of(windows).map(LogWindow::entrySums).toList());
  }

  /**
   * Lets an entry into the windows that it enters, and out of those that it leaves, but for {@link
   * #countLeft}.
   *
   * @param entries where the entry stands
   * @param at place of its time there
   */
  void pass(LogState log, long[] entries, int at) {
    if (isEntrance) {
      enter(log, entries, at);
    }
    left.remove(log.cells(), entries, at);
    for (LogWindow window : givingBack) {
      window.giveBack(log, entries, at);
    }
  }

  /** Lets an entry into the windows that it enters. */
  void enter(LogState log, long[] entries, int at) {
    for (LogWindow window : prepared) {
      window.prepare(log, entries[at]);
    }
    entered.add(log.cells(), entries, at);
    for (LogWindow window : aggregating) {
      window.aggregate(log, entries, at);
    }
  }

  /**
   * Counts entries that have passed out of the windows that they leave.
   *
   * @return whether a window is now worn, see {@link LogWindow#isWorn}
   */
  boolean countLeft(long[] cells, int passed) {
    return left.countLeft(cells, passed);
  }
}
