package io.tidemark.cli.bench.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that does one thing and says so: its main method writes {@link #READY} and a word to
 * standard output when it is ready, and ends with its standard input. {@link #close} ends it. Not
 * thread-safe.
 */
final class ForkedMain implements Closeable {
  static final String READY = "ready ";

  private static final long PATIENCE_SECONDS = 30;

  /** As the clusters' task managers have it. */
  private static final List<String> GARBAGE_COLLECTION =
      List.of("-XX:+UseG1GC", "-XX:G1HeapRegionSize=4m", "-XX:MaxGCPauseMillis=50");

  private final Process process;
  private final BufferedReader in;
  private final String word;

  private ForkedMain(Process process) throws IOException {
    this.process = process;
    this.in = process.inputReader(UTF_8);
    this.word = awaitReady();
  }

  /**
   * Returns when it is ready. It gets the options of this JVM.
   *
   * @param folder for what it leaves behind
   * @throws IOException if it ended instead; standard error says why
   */
  static ForkedMain start(Class<?> main, int heapMebibytes, Path folder, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(GARBAGE_COLLECTION);
    command.add("-Xms" + heapMebibytes + "m");
    command.add("-Xmx" + heapMebibytes + "m");
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(optionsOf(main));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    try {
      return new ForkedMain(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /**
   * More options for one of the processes, to profile it: {@code -Dtidemark.bench.PipelineJob=…}.
   */
  private static List<String> optionsOf(Class<?> main) {
    String options = System.getProperty("tidemark.bench." + main.getSimpleName(), "");
    return options.isEmpty() ? List.of() : List.of(options.split(" "));
  }

  private String awaitReady() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith(READY)) {
        return line.substring(READY.length());
      }
      // Whatever else a JVM has to say, such as that it records a profile.
    }
    throw new IOException("a process of the benchmark ended; what it said is above");
  }

  /** What the process said when it was ready. */
  String word() {
    return word;
  }

  /** Asks for a line. */
  String ask() throws IOException {
    process.outputWriter(UTF_8).write('?');
    process.outputWriter(UTF_8).flush();
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException("a process of the benchmark ended; what it said is above");
    }
    return answer;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** CPU time used so far, in ticks of the system's clock. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    try (in) {
      process.outputWriter(UTF_8).close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
