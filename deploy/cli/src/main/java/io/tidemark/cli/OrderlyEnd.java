package io.tidemark.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command that holds more than the operating system takes back, such as folders, so that
 * Ctrl-C and {@code kill} end it like a return would: its thread is interrupted, and the JVM waits
 * until it has closed what it holds. The JVM then exits with 128 plus the signal's number, by
 * itself.
 */
final class OrderlyEnd {
  /** After Ctrl-C, by convention of the shells. */
  static final int INTERRUPTED = 130;

  private static final long PATIENCE_SECONDS = 30;

  private OrderlyEnd() {}

  /** The command's exit code, or {@link #INTERRUPTED} if that made it fail. */
  static int of(Callable<Integer> command) throws Exception {
    Thread thread = Thread.currentThread();
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              interrupted.countDown();
              thread.interrupt();
              await(ended);
            },
            "orderly end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return command.call();
    } catch (Exception e) {
      if (interrupted.getCount() == 0) {
        return INTERRUPTED;
      }
      throw e;
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  private static void await(CountDownLatch ended) {
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("tidemark: gave up waiting for an orderly end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running: this is the end it waits for.
    }
  }
}
