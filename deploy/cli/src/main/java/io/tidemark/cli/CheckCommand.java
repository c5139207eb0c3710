package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Validates contracts, the model files they name included, and shows every problem at once. */
@Command(
    name = "check",
    description = {
      "Validate contracts.",
      "Shows every problem of every file with its place, what was found there, the reason and the"
          + " remedy."
    },
    footer = {"  tidemark check", "  tidemark check feature-contracts/contracts"})
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Folder with a sub-folder per domain. Without it: feature-contracts/contracts of the"
              + " checkout you are in, or else the contracts that are part of this program.")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Contracts contracts = ContractsFolder.read(folder, spec);
      List<Problem> problems = contracts.checkArtifacts();
      if (problems.isEmpty()) {
        out.println(summary(contracts));
        return CommandLine.ExitCode.OK;
      }
      print(problems, out);
    } catch (InvalidContractsException e) {
      print(e.problems(), out);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void print(List<Problem> problems, PrintWriter out) {
    for (Problem problem : problems) {
      out.printf("%s:%d:%d%n", problem.file(), problem.line(), problem.column());
      printLine("at", problem.path(), out);
      printLine("found", problem.value(), out);
      printLine("reason", problem.reason(), out);
      printLine("remedy", problem.remedy(), out);
      out.println();
    }
    long files = problems.stream().map(Problem::file).distinct().count();
    out.println(counted(problems.size(), "problem") + " in " + counted(files, "file"));
  }

  private static void printLine(String label, String text, PrintWriter out) {
    if (!text.isEmpty()) {
      out.printf("  %-8s%s%n", label + ":", text);
    }
  }

  private static String summary(Contracts contracts) {
    return String.format(
        "%d event, %d feature and %d model contracts are valid",
        contracts.events().size(), contracts.features().size(), contracts.models().size());
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
