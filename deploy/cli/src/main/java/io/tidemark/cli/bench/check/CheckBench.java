package io.tidemark.cli.bench.check;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures {@code tidemark check} from outside: generated contracts are committed to a git
 * repository, one of them is changed, and the command is started again and again.
 *
 * @param command that runs the command line, such as the launcher
 * @param contracts how many are generated
 * @param rounds of each case; the first one more warms the disk
 * @param folder for the contracts; it is emptied in the end
 */
public record CheckBench(
    List<String> command, int contracts, int rounds, Path folder, PrintWriter progress) {
  /** What a check may use. */
  static final String HEAP = "-Xmx512m";

  public CheckBench {
    command = List.copyOf(command);
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds must be 1 or more, but is " + rounds);
    }
    if (contracts < 10 || contracts % 10 != 0) {
      throw new IllegalArgumentException(
          "--contracts must be a multiple of ten, such as 1000, but is " + contracts);
    }
  }

  public CheckResult run() throws IOException, InterruptedException {
    try {
      Path root = Files.createDirectories(folder.resolve("contracts"));
      progress.printf("generating %d contracts%n", contracts);
      GeneratedContracts generated = GeneratedContracts.write(root, contracts);
      git("init", "-q");
      git("add", ".");
      git("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-qm", "Base");
      Path changed = generated.changeOne();
      List<CheckResult.Case> cases = new ArrayList<>();
      cases.add(measure("all", List.of(root.toString(), "--base", "HEAD")));
      cases.add(measure("all_without_base", List.of(root.toString())));
      cases.add(measure("one_file", List.of(changed.toString())));
      Path small = Files.createDirectories(folder.resolve("small"));
      Path one = GeneratedContracts.write(small, 10).changeOne();
      git("add", ".");
      git("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-qm", "Small");
      cases.add(measure("one_file_of_ten", List.of(one.toString(), "--base", "HEAD")));
      return new CheckResult(contracts, HEAP, cases);
    } finally {
      delete(folder);
    }
  }

  private CheckResult.Case measure(String name, List<String> arguments)
      throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      long start = System.nanoTime();
      check(arguments);
      if (round > 0) {
        seconds.add((System.nanoTime() - start) / 1e9);
        progress.printf("%s: %.2f s%n", name, seconds.get(round - 1));
      }
    }
    return new CheckResult.Case(name, seconds);
  }

  private void check(List<String> arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    all.add("check");
    all.addAll(arguments);
    Path output = folder.resolve("output");
    ProcessBuilder process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .directory(folder.toFile());
    process.environment().put("TIDEMARK_JAVA_OPTS", HEAP);
    int exitCode = process.start().waitFor();
    if (exitCode > 1) {
      throw new IOException("the check ended with " + exitCode + ": " + Files.readString(output));
    }
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("git"));
    all.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.toFile(), "output"))
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("git failed: " + Files.readString(folder.resolve("output")));
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
