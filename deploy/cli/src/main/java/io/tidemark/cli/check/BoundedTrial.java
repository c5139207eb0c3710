package io.tidemark.cli.check;

import io.tidemark.jobs.score.InvalidModelException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs what a model of strangers may never end: native code cannot be stopped, so it is left behind
 * in a daemon thread, which ends with the process.
 */
record BoundedTrial(Duration limit) {
  /** What is tried. */
  interface Trial {
    void run() throws InvalidModelException;
  }

  /**
   * @return whether it ended in time
   */
  boolean run(Trial trial) throws InvalidModelException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              trial.run();
              return null;
            });
    Thread thread = new Thread(task, "model trial");
    thread.setDaemon(true);
    thread.start();
    try {
      task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidModelException invalid) {
        throw invalid;
      }
      throw new IllegalStateException("A model's trial failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
