package io.tidemark.cli;

import io.tidemark.cli.plan.PlanFormat;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.FeaturePlan;
import io.tidemark.jobs.RestorePlan;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.SubmissionRefusedException;
import io.tidemark.jobs.UnknownModelException;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import io.tidemark.jobs.savepoint.SavepointException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
          + " a job says the same before it is submitted."
    },
    footer = {
      "  tidemark plan --savepoint /savepoints/savepoint-1a2b3c-4d5e6f",
      "  tidemark plan --savepoint s3://flink/checkpoints/1a2b3c/chk-42 --contracts contracts"
    })
final class PlanCommand implements Callable<Integer> {
  private static final String SCORER = "score-";
  private static final String SYNCHRONOUS = "-sync";

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

  /** Which job is to go on from the savepoint. */
  static final class Job {
    @Option(
        names = "--model",
        paramLabel = "NAME",
        description =
            "The scoring job of this model. Default: that of the model whose savepoint it is, or"
                + " else the feature job of all contracts.")
    private @Nullable String model;

    @Option(
        names = "--feature-contracts",
        split = ",",
        paramLabel = "NAME[@MAJOR]",
        description = "The feature job of these contracts, separated by commas.")
    private List<String> featureContracts = List.of();
  }

  @Override
  public Integer call() throws InvalidContractsException, IOException {
    Contracts read = ContractsFolder.read(contracts, spec);
    try {
      Savepoint held = Savepoint.read(savepoint);
      RestorePlan plan = RestorePlan.of(held, job(read, held));
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

  private FeaturePlan job(Contracts read, Savepoint held)
      throws UnknownModelException, SubmissionRefusedException {
    if (job != null && job.model == null) {
      return FeaturePlan.of(read, job.featureContracts);
    }
    Optional<String> model =
        job == null ? modelOf(held) : Optional.of(Objects.requireNonNull(job.model));
    return model.isPresent()
        ? ScoringPlan.of(read, model.get()).features()
        : FeaturePlan.of(read, List.of());
  }

  /** The model whose scorer has state in a savepoint. */
  private static Optional<String> modelOf(Savepoint held) {
    return held.operators().stream()
        .map(HeldOperator::label)
        .filter(uid -> uid.startsWith(SCORER))
        .map(
            uid ->
                uid.substring(
                    SCORER.length(),
                    uid.endsWith(SYNCHRONOUS) ? uid.length() - SYNCHRONOUS.length() : uid.length()))
        .findFirst();
  }
}
