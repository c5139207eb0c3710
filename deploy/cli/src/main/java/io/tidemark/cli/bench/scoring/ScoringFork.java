package io.tidemark.cli.bench.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that runs cases when it is told to and keeps still otherwise. {@link #close} ends it. Not
 * thread-safe.
 */
final class ScoringFork implements Closeable {
  private static final long PATIENCE_SECONDS = 3;
  private static final long POLL_MILLIS = 10;

  private final Process process;
  private final BufferedWriter out;
  private final BufferedReader in;

  private ScoringFork(Process process) {
    this.process = process;
    this.out = process.outputWriter(UTF_8);
    this.in = process.inputReader(UTF_8);
  }

  /**
   * Starts one with the options of this JVM, and those of {@code -Dtidemark.bench.ScoringWorker=…}
   * to profile it.
   *
   * @param folder takes what its libraries leave behind
   */
  static ScoringFork start(ScoringScale scale, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Xms" + scale.heapMebibytes() + "m");
    command.add("-Xmx" + scale.heapMebibytes() + "m");
    // Else loading Flink's classes has the collector mark the whole heap in the midst of some run.
    command.add("-XX:MetaspaceSize=128m");
    command.add("-Djava.io.tmpdir=" + folder);
    // With fewer, Java starts a thread for each task of the common pool: nobody shall win by that.
    command.add("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    String options = System.getProperty("tidemark.bench.ScoringWorker", "");
    if (!options.isEmpty()) {
      command.addAll(List.of(options.split(" ")));
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ScoringWorker.class.getName());
    command.add(Integer.toString(scale.distinctRows()));
    return new ScoringFork(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /**
   * @throws IOException if the case failed, with the reason
   */
  Load load(ScoringCase theCase, BenchModel model, long records)
      throws IOException, InterruptedException {
    return Load.parse(ask(ScoringWorker.LOAD, theCase, model, Long.toString(records)));
  }

  /**
   * @throws IOException if the case failed, with the reason
   */
  Waiting waiting(ScoringCase theCase, BenchModel model, double perSecond, double seconds)
      throws IOException, InterruptedException {
    return Waiting.parse(ask(ScoringWorker.WAITING, theCase, model, perSecond + " " + seconds));
  }

  private String ask(String what, ScoringCase theCase, BenchModel model, String howMuch)
      throws IOException, InterruptedException {
    out.write(String.join(" ", what, theCase.name(), model.name(), howMuch));
    out.newLine();
    out.flush();
    for (String line = readLine(); line != null; line = readLine()) {
      if (line.startsWith(ScoringWorker.MEASURED)) {
        return line.substring(ScoringWorker.MEASURED.length());
      }
      if (line.startsWith(ScoringWorker.FAILED)) {
        throw new IOException(line.substring(ScoringWorker.FAILED.length()));
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
