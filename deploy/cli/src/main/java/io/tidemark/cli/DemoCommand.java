package io.tidemark.cli;

import io.tidemark.cli.demo.Demo;
import io.tidemark.cli.demo.DemoSettings;
import io.tidemark.cli.demo.DemoSummary;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.UnknownModelException;
import io.tidemark.jobs.score.OnnxScoringFunction;
import io.tidemark.jobs.score.ServedModel;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows the scoring job at work on simulated payments. */
@Command(
    name = "demo",
    description = {
      "Watch simulated card payments being scored.",
      "Runs a Kafka broker, a simulator, Flink and the scoring job in one process. Says on standard"
          + " error where to look and how it goes; writes a summary as one line of JSON to standard"
          + " output once every payment has its score. Latency is what a consumer of the scores"
          + " sees, from the time a payment was to be sent. Ctrl-C ends it; nothing stays behind."
    },
    footer = "  tidemark demo --events 20000 --rate 500 --seed 7")
final class DemoCommand implements Callable<Integer> {
  private static final String MODEL = "card_fraud";

  @Spec private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Payments to send. Default: ${DEFAULT-VALUE}, a minute at the default rate.")
  private long events;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "1000",
      description =
          "Payments per second; 0: as fast as they are scored. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Decides everything about the payments. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      defaultValue = "0.5",
      description = "Payments with this score or more are flagged. Default: ${DEFAULT-VALUE}.")
  private double threshold;

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description =
          "Folder of contracts. Without it: those of the checkout you are in, or else those that"
              + " are part of this program.")
  private @Nullable Path contracts;

  @Override
  public Integer call() throws Exception {
    DemoSettings settings = settings();
    Contracts read = ContractsFolder.read(contracts, spec);
    ScoringPlan plan;
    try {
      plan = ScoringPlan.of(read, MODEL);
    } catch (UnknownModelException e) {
      throw wrong("--contracts: " + e.getMessage());
    }
    ServedModel served = ServedModel.read(read, plan.model());
    OnnxScoringFunction.verify(served);
    Demo demo = new Demo(plan, served, settings, spec.commandLine().getErr());
    DemoSummary summary = demo.run();
    spec.commandLine().getOut().println(summary.json());
    spec.commandLine().getOut().flush();
    return summary.scores() == events ? CommandLine.ExitCode.OK : OrderlyEnd.INTERRUPTED;
  }

  private DemoSettings settings() {
    try {
      return new DemoSettings(events, rate, seed, threshold);
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
