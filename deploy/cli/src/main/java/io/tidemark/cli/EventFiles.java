package io.tidemark.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What {@code --events} names. */
final class EventFiles {
  private EventFiles() {}

  /**
   * @throws ParameterException if one of them is no file
   */
  static void require(List<Path> files, CommandSpec spec) {
    for (Path file : files) {
      if (Files.isDirectory(file)) {
        throw wrong(file, "is a folder. Name the files in it", spec);
      }
      if (!Files.exists(file)) {
        throw wrong(file, "there is no such file", spec);
      }
    }
  }

  private static ParameterException wrong(Path file, String why, CommandSpec spec) {
    return new ParameterException(spec.commandLine(), "--events " + file + ": " + why);
  }
}
