package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.Tidemark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the program, as the launcher runs it: in a process of its own.
 *
 * @param exit the exit code
 */
public record ForkedTidemark(int exit, String out, String err) {
  static final Path CHECKOUT = Path.of("..", "..").toAbsolutePath().normalize();

  /**
   * Runs it.
   *
   * @param temporary folder for its outputs and its temporary files
   * @param patience after which it is told to end, and the test fails
   */
  public static ForkedTidemark run(Path temporary, Duration patience, List<String> arguments)
      throws Exception {
    Path out = Files.createTempFile(temporary, "out", ".txt");
    Path err = Files.createTempFile(temporary, "err", ".txt");
    List<String> command =
        new JavaCommand()
            .option("-Dtidemark.checkout=" + CHECKOUT)
            .option("-Djava.io.tmpdir=" + temporary)
            .main(
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Tidemark.class.getName(),
                arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS))
          .as(() -> arguments + "\n" + read(err))
          .isTrue();
    } finally {
      end(process);
    }
    return new ForkedTidemark(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** In good order, where it can: it may have started processes of its own. */
  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
