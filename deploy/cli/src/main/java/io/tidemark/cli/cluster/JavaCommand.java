package io.tidemark.cli.cluster;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM, put together piece by piece. */
final class JavaCommand {
  private final List<String> command = new ArrayList<>();

  /** The Java of this process, with the packages opened that are open here: Flink needs them. */
  JavaCommand() {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-opens") || option.startsWith("--add-exports")) {
        command.add(option);
      }
    }
  }

  JavaCommand option(String option) {
    command.add(option);
    return this;
  }

  JavaCommand options(List<String> options) {
    command.addAll(options);
    return this;
  }

  /** Where the process logs to, and how. */
  JavaCommand logging(Path log, Path settings) {
    return option("-Dlog.file=" + log)
        .option("-Dlog4j2.configurationFile=" + settings.toUri())
        // The program's own settings, which are for commands, lie on the class path.
        .option("-Dlog4j.configurationFile=" + settings.toUri());
  }

  /** The complete command. */
  List<String> main(String classPath, String main, List<String> arguments) {
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return List.copyOf(command);
  }
}
