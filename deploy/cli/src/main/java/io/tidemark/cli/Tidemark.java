package io.tidemark.cli;

import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.score.InvalidModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code tidemark} command: lists the others, and turns what goes wrong into one line. */
@Command(
    name = "tidemark",
    description = "Streaming features and in-stream scoring from contracts.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchCommand.class,
      ChaosCommand.class,
      CheckCommand.class,
      ClusterCommand.class,
      ConsumeCommand.class,
      DashboardCommand.class,
      DemoCommand.class,
      FeaturesCommand.class,
      FlinkCommand.class,
      PlanCommand.class,
      ProduceCommand.class,
      ScoreCommand.class,
      SimulateCommand.class
    },
    versionProvider = Tidemark.Version.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    commandListHeading = "%nCommands:%n",
    parameterListHeading = "%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  tidemark check feature-contracts/contracts",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:fine", "1:findings, or a run that failed", "2:wrong usage"})
public final class Tidemark implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces (also: TIDEMARK_DEBUG=1).")
  private boolean debug = System.getenv("TIDEMARK_DEBUG") != null;

  public static void main(String[] args) {
    System.exit(OrderlyEnd.of(() -> commandLine().execute(args)));
  }

  /** The whole command line, ready to execute; standard output and error can be set on it. */
  public static CommandLine commandLine() {
    Tidemark tidemark = new Tidemark();
    CommandLine commandLine =
        new CommandLine(tidemark)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionStrategy(tidemark::execute)
            .setParameterExceptionHandler(tidemark::explainUsage)
            .setExecutionExceptionHandler(tidemark::explainFailure);
    // What follows the name of one of Flink's commands is all Flink's.
    commandLine.getSubcommands().get("flink").setStopAtPositional(true);
    return commandLine;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Runs the command that is named; more than there is memory for is no failure of its own. */
  private int execute(CommandLine.ParseResult parsed) {
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          spec.commandLine()
              .getColorScheme()
              .errorText(
                  "tidemark: it takes more memory than Java may use, which is "
                      + (Runtime.getRuntime().maxMemory() >> 20)
                      + " MiB. Ask for less, or allow more: TIDEMARK_JAVA_OPTS=-Xmx4g"));
      printStackTraceIfWanted(e, err);
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private int explainUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(command.getColorScheme().errorText(name + ": " + e.getMessage()));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.print(command.getHelp().fullSynopsis());
    err.println("Try '" + name + " --help'.");
    printStackTraceIfWanted(e, err);
    return CommandLine.ExitCode.USAGE;
  }

  private int explainFailure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (OrderlyEnd.isUnderWay()) {
      return OrderlyEnd.INTERRUPTED;
    }
    PrintWriter err = command.getErr();
    String line = command.getCommandSpec().qualifiedName() + ": " + reason(e);
    err.println(command.getColorScheme().errorText(line));
    printStackTraceIfWanted(e, err);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String reason(Exception e) {
    if (e instanceof InvalidContractsException) {
      return "the contracts are not valid:\n" + e.getMessage();
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": there is no such file or folder";
    }
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": access denied";
    }
    if (e instanceof IOException || e instanceof InvalidModelException) {
      return e.getMessage();
    }
    return "failed unexpectedly: " + e + " (--debug shows where)";
  }

  private void printStackTraceIfWanted(Throwable e, PrintWriter err) {
    if (debug) {
      e.printStackTrace(err);
    }
  }

  /** The version that Maven wrote beside this class. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream file = Tidemark.class.getResourceAsStream("version.properties")) {
        properties.load(file);
      }
      return new String[] {
        "tidemark " + properties.getProperty("version"), "Java " + Runtime.version()
      };
    }
  }
}
