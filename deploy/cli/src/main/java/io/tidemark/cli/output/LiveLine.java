package io.tidemark.cli.output;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * A line that tells how things stand: overwritten every second on a terminal, written below the
 * last one every few seconds elsewhere. Not thread-safe.
 */
public final class LiveLine implements AutoCloseable {
  /** One less than the narrowest usual terminal: a full line would wrap. */
  private static final int WIDTH = 79;

  private static final String ERASE_THE_REST = "\u001b[K";

  private final PrintWriter out;
  private final boolean terminal = Boolean.getBoolean(Progress.ON_A_TERMINAL);
  private boolean shown;

  /**
   * @param out standard error
   */
  public LiveLine(PrintWriter out) {
    this.out = out;
  }

  /** How long to wait before the line is shown again. */
  public Duration interval() {
    return Duration.ofSeconds(terminal ? 1 : 5);
  }

  public void show(String line) {
    if (terminal) {
      String fitting = line.length() <= WIDTH ? line : line.substring(0, WIDTH);
      out.print("\r" + fitting + ERASE_THE_REST);
    } else {
      out.println(line);
    }
    out.flush();
    shown = true;
  }

  /** Writes a line that remains, above the one that is overwritten. */
  public void say(String line) {
    if (terminal) {
      out.print("\r" + ERASE_THE_REST);
    }
    out.println(line);
    out.flush();
    shown = false;
  }

  /** What is written next starts on a line of its own. */
  @Override
  public void close() {
    if (terminal && shown) {
      out.println();
    }
  }
}
