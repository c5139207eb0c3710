package io.tidemark.cli;

import io.tidemark.cli.chaos.ChaosResult;
import io.tidemark.cli.chaos.ChaosRun;
import io.tidemark.cli.chaos.ChaosSettings;
import io.tidemark.cli.cluster.Checkout;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.score.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Proves that faults neither lose nor double anything. */
@Command(
    name = "chaos",
    description = {
      "Kill parts of a cluster while it scores, and account for every payment.",
      "Replays payments through the scoring job on a cluster of its own, in event-time order and"
          + " with exactly-once delivery. Task managers and the job manager are killed and the broker"
          + " is restarted, at moments drawn from the seed. Then every payment must be in the scores'"
          + " topic and in each table of the history exactly once, with the features and the score"
          + " of a run without faults; and a reader of uncommitted records must have seen"
          + " duplicates, or nothing was put to the test.",
      "Says on standard error what happens; writes tables and, as the last line, one of JSON to"
          + " standard output. Takes some 4 GB of memory."
    },
    footer = "  tidemark chaos --minutes 3 --seed 7 --events payments.csv.gz")
final class ChaosCommand implements Callable<Integer> {
  private static final String MODEL = "card_fraud";

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "3",
      description =
          "How long the replay would take without faults; recovering comes on top. Default:"
              + " ${DEFAULT-VALUE}.")
  private double minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides about the faults, and simulated payments. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How often a task manager, the job manager and the broker are hit, each. Default:"
              + " ${DEFAULT-VALUE}.")
  private int faults;

  @Option(
      names = "--events",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "CSV files of payments (gzip by name), each in event-time order. Default: simulated ones.")
  private List<Path> events = List.of();

  @Option(
      names = "--payments",
      paramLabel = "N",
      defaultValue = "300000",
      description = "How many are simulated. Default: ${DEFAULT-VALUE}.")
  private int payments;

  @Option(
      names = "--keep",
      description = "Keep what was written: logs, topics, tables. A run that fails keeps it, too.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    ChaosSettings settings = settings();
    Checkout checkout = Checkout.find();
    Contracts contracts = Contracts.bundled(); // Those that are in the jobs' jar.
    ScoringPlan plan = ScoringPlan.of(contracts, MODEL);
    ServedModel model = ServedModel.read(contracts, plan.model());
    PrintWriter err = spec.commandLine().getErr();
    Path folder =
        Files.createTempDirectory(Files.createDirectories(checkout.workFolder()), "chaos-");
    boolean proven = false;
    boolean remove = false;
    try {
      ChaosResult result = new ChaosRun(checkout, folder, settings, plan, model, err).run();
      List<String> objections = result.objections();
      objections.forEach(err::println);
      proven = objections.isEmpty();
      remove = proven && !keep;
      PrintWriter out = spec.commandLine().getOut();
      out.print(result.table());
      out.println(result.json());
      out.flush();
    } catch (InterruptedException e) {
      remove = !keep;
      throw e;
    } finally {
      end(folder, remove, err);
    }
    return proven ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static void end(Path folder, boolean remove, PrintWriter err) throws IOException {
    if (remove) {
      FileUtils.deleteDirectory(folder.toFile());
    } else {
      err.println("logs, topics and tables are kept in " + folder);
      err.flush();
    }
  }

  private ChaosSettings settings() {
    EventFiles.require(events, spec);
    try {
      return new ChaosSettings(
          Duration.ofMillis(Math.round(minutes * 60_000)), seed, faults, events, payments);
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
