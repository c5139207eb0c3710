package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A named pipe in the place of a model's file: whoever loads it hangs until the test writes to it.
 */
final class Pipe {
  private final Path path;

  private Pipe(Path path) {
    this.path = path;
  }

  /** Where the system has no pipes the test is skipped. */
  static Pipe create(Path path) throws IOException, InterruptedException {
    Path tool = Path.of("/usr/bin/mkfifo");
    assumeThat(tool).exists();
    Files.createDirectories(path.getParent());
    Process made = new ProcessBuilder(tool.toString(), path.toString()).start();
    assertThat(made.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
    return new Pipe(path);
  }

  Path path() {
    return path;
  }

  /** The same pipe under another name: its readers stay, the name is free for another file. */
  Pipe moveTo(Path name) throws IOException {
    return new Pipe(Files.move(path, name));
  }

  /** Has an effect on the model that hangs in this very moment, which goes on with what it gets. */
  OutputStream write() throws IOException {
    return Files.newOutputStream(path);
  }

  /** Whether a load hangs. */
  static boolean isRead() {
    return Thread.getAllStackTraces().values().stream()
        .anyMatch(
            frames -> {
              boolean opens = false;
              boolean loads = false;
              for (StackTraceElement frame : frames) {
                opens |= frame.getMethodName().equals("open0");
                loads |= frame.getClassName().equals(ScoringModels.class.getName());
              }
              return opens && loads;
            });
  }
}
