package io.tidemark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.flink.util.FileUtils;

/**
 * Runs the command line so that nothing stays behind. Ctrl-C and {@code kill} end a command like a
 * return would: its thread is interrupted, and the JVM waits until it has closed what it holds, and
 * then exits by itself with 128 plus the signal's number. Temporary files of libraries go with the
 * folder that the launcher made for them: ONNX Runtime, for one, never removes its own.
 */
final class OrderlyEnd {
  /** After Ctrl-C, by convention of the shells. */
  static final int INTERRUPTED = 130;

  /** Set by the launcher for commands that need it; it is the JVM's temporary folder, too. */
  private static final String TEMPORARY_FOLDER = "tidemark.temporary.folder";

  private static final long PATIENCE_SECONDS = 30;

  private static volatile boolean underWay;

  private OrderlyEnd() {}

  /** Whether a signal has asked this process to end: what fails from then on is no news. */
  static boolean isUnderWay() {
    return underWay;
  }

  /** Runs the command line in this thread; returns its exit code. */
  static int of(IntSupplier commandLine) {
    Thread thread = Thread.currentThread();
    PrintStream err = System.err;
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              underWay = true;
              // Libraries print where they were interrupted while they started.
              System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
              thread.interrupt();
              await(ended, err);
            },
            "orderly end");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return commandLine.getAsInt();
    } catch (Error e) {
      if (underWay) {
        return INTERRUPTED; // Some libraries cannot even be loaded any more.
      }
      throw e;
    } finally {
      removeTemporaryFolder(err);
      ended.countDown();
      remove(hook);
    }
  }

  private static void await(CountDownLatch ended, PrintStream err) {
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println("tidemark: some of it did not end within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeTemporaryFolder(PrintStream err) {
    String folder = System.getProperty(TEMPORARY_FOLDER);
    if (folder == null) {
      return;
    }
    try {
      FileUtils.deleteDirectory(new File(folder));
    } catch (IOException e) {
      err.println("tidemark: " + folder + " was not removed: " + e.getMessage());
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
