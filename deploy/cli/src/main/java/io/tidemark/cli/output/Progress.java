package io.tidemark.cli.output;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A bar on standard error while a slow step runs, and nothing at all unless that is a terminal. The
 * launcher knows and sets the system property {@value #ON_A_TERMINAL}; Java 17 cannot tell.
 */
public final class Progress implements AutoCloseable {
  static final String ON_A_TERMINAL = "tidemark.terminal";

  private static final int WIDTH = 79;

  private final @Nullable ProgressBar bar;

  private Progress(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  /** A bar that is full after so many steps. */
  public static Progress start(String task, String unit, long steps) {
    if (!Boolean.getBoolean(ON_A_TERMINAL)) {
      return new Progress(null);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(" " + unit, 1)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(100)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .clearDisplayOnFinish()
            .build());
  }

  /** A count of what has been done so far, where nobody knows how much there is. */
  public static Progress start(String task, String unit) {
    return start(task, unit, -1);
  }

  public void stepTo(long steps) {
    if (bar != null) {
      bar.stepTo(steps);
    }
  }

  public void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
