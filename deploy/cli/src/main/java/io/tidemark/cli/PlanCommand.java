package io.tidemark.cli;

import io.tidemark.cli.plan.HeldScorers;
import io.tidemark.cli.plan.PlanFormat;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.FeatureContractArguments;
import io.tidemark.jobs.FeaturePlan;
import io.tidemark.jobs.ModelArguments;
import io.tidemark.jobs.RestorePlan;
import io.tidemark.jobs.ScoringMode;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.SubmissionRefusedException;
import io.tidemark.jobs.UnknownModelException;
import io.tidemark.jobs.savepoint.Savepoint;
import io.tidemark.jobs.savepoint.SavepointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells of a savepoint what becomes of its state under the contracts of today. */
@Command(
    name = "plan",
    description = {
      "Tell what becomes of the state in a savepoint.",
      "Shows for each feature whether it keeps its state, is filled from the retained log, warms up"
          + " and until when, starts empty, is dropped, or is refused, and why. Nothing is started;"
          + " a job says the same before it is submitted.",
      "Name the job by the options that it is submitted with. Without them it is that of the models"
          + " whose asynchronous scorers are in the savepoint, in their highest versions, or else the"
          + " feature job of all contracts. A job with --scoring-mode sync, or with two versions of"
          + " one model, has to be named."
    },
    footer = {
      "  tidemark plan --savepoint /savepoints/savepoint-1a2b3c-4d5e6f",
      "  tidemark plan --savepoint s3://flink/checkpoints/1a2b3c/chk-42 --contracts contracts",
      "  tidemark plan --savepoint /savepoints/savepoint-1a2b3c-4d5e6f --model card_fraud"
          + " --warm customer_spending@3"
    })
final class PlanCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--savepoint",
      required = true,
      paramLabel = "PATH",
      description = "A savepoint or a retained checkpoint: its folder, or the _metadata in it.")
  private String savepoint = "";

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description =
          "Folder with a sub-folder per domain. Default: feature-contracts/contracts of the checkout"
              + " you are in, or else the contracts that are part of this program.")
  private @Nullable Path contracts;

  @ArgGroup private @Nullable Job job;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json. Default: ${DEFAULT-VALUE}.")
  private PlanFormat format = PlanFormat.TEXT;

  /** Which job is to go on from the savepoint: what it is, or will be, started with. */
  static final class Job {
    @ArgGroup(exclusive = false, heading = "A scoring job's own options:%n")
    private @Nullable ModelArguments models;

    @ArgGroup(exclusive = false, heading = "A feature job's own option:%n")
    private @Nullable FeatureContractArguments features;
  }

  @Override
  public Integer call() throws InvalidContractsException, IOException {
    Contracts read = ContractsFolder.read(contracts, spec);
    try {
      Savepoint held = Savepoint.read(savepoint);
      RestorePlan plan = plan(read, held);
      format.write(plan, spec.commandLine().getOut());
      return plan.isRefused() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    } catch (SavepointException e) {
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } catch (UnknownModelException | SubmissionRefusedException e) {
      throw new ParameterException(
          spec.commandLine(), Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  private RestorePlan plan(Contracts read, Savepoint held)
      throws UnknownModelException, SubmissionRefusedException {
    if (job != null && job.models != null) {
      return RestorePlan.of(
          held, job.models.plans(read), job.models.mode(), job.models.measuresDrift());
    }
    if (job != null && job.features != null) {
      return RestorePlan.of(held, job.features.plan(read));
    }
    HeldScorers scorers = HeldScorers.of(held);
    return scorers.models().isEmpty()
        ? RestorePlan.of(held, FeaturePlan.of(read, List.of()))
        : RestorePlan.of(held, ScoringPlan.of(read, scorers.models()), ScoringMode.ASYNC, true);
  }
}
