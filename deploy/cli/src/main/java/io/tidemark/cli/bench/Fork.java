package io.tidemark.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that runs cases when it is told to and keeps still otherwise. {@link #close} ends it. Not
 * thread-safe.
 */
final class Fork implements Closeable {
  private static final int YOUNG_MEBIBYTES = 256;
  private static final long PATIENCE_SECONDS = 3;
  private static final long POLL_MILLIS = 10;

  private final Process process;
  private final BufferedWriter out;
  private final BufferedReader in;

  private Fork(Process process) {
    this.process = process;
    this.out = process.outputWriter(UTF_8);
    this.in = process.inputReader(UTF_8);
  }

  /**
   * Starts one with the options of this JVM, which gives back memory that it no longer needs.
   *
   * @param folder holds the tapes, and takes what its libraries leave behind
   * @param classPathFirst what comes before the class path of this JVM
   */
  static Fork start(Scale scale, Path folder, List<Path> classPathFirst) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Xmx" + scale.heapMebibytes() + "m");
    command.add("-XX:MinHeapFreeRatio=10");
    command.add("-XX:MaxHeapFreeRatio=30");
    // As large as a task manager of that heap has it; a heap that gives back memory has less.
    command.add("-Xmn" + YOUNG_MEBIBYTES + "m");
    // State is copied between generations in the days that warm up, not in those that are measured.
    command.add("-XX:MaxTenuringThreshold=1");
    // Half of the heap are the events to be replayed: no case shall pay for marking these. What one
    // run leaves behind is collected before the next.
    command.add("-XX:-G1UseAdaptiveIHOP");
    command.add("-XX:InitiatingHeapOccupancyPercent=100");
    // Those that come and go would take what they used out of the sum with them.
    command.add("-XX:-UseDynamicNumberOfCompilerThreads");
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-cp");
    StringBuilder classPath = new StringBuilder();
    for (Path jar : classPathFirst) {
      classPath.append(jar).append(File.pathSeparator);
    }
    command.add(classPath.append(System.getProperty("java.class.path")).toString());
    command.add(WindowsWorker.class.getName());
    command.add(folder.toString());
    command.add(scale.argument());
    return new Fork(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /**
   * Runs a case, as often as it takes to measure it for so long, and waits for it.
   *
   * @throws IOException if it failed, with the reason
   */
  Measurement run(WindowsCase theCase, Duration atLeast) throws IOException, InterruptedException {
    out.write(theCase.id() + " " + atLeast.toNanos());
    out.newLine();
    out.flush();
    for (String line = readLine(); line != null; line = readLine()) {
      if (line.startsWith(WindowsWorker.MEASURED)) {
        return Measurement.parse(line.substring(WindowsWorker.MEASURED.length()));
      }
      if (line.startsWith(WindowsWorker.FAILED)) {
        throw new IOException(line.substring(WindowsWorker.FAILED.length()));
      }
      // Whatever else a JVM has to say, such as that it records a profile.
    }
    throw new IOException(theCase.id() + ": its process ended; what it said is above");
  }

  /** Unlike the reader's own, it can be interrupted. */
  private @Nullable String readLine() throws IOException, InterruptedException {
    while (!in.ready() && process.isAlive()) {
      Thread.sleep(POLL_MILLIS);
    }
    return in.readLine();
  }

  @Override
  public void close() throws IOException {
    try (in) {
      out.close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
