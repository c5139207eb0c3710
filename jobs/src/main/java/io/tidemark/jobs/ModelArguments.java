package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The options of a scoring job that decide what state it has: the job takes them, and so does
 * whoever tells what becomes of the state, so that both speak of one job.
 */
public final class ModelArguments {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME[@VERSION]",
      description =
          "Name of the model contract; its highest version unless one is said. Given again for"
              + " each further model or version that scores the same events: features are computed"
              + " once, every model has scores, drift and history of its own.")
  private List<String> models = List.of();

  @Option(
      names = "--warm",
      split = ",",
      paramLabel = "NAME[@MAJOR]",
      description =
          "Feature contracts whose state is kept beside what the model reads, separated by commas:"
              + " a model that takes their features can be served next without a gap.")
  private List<String> warm = List.of();

  @Option(
      names = "--scoring-mode",
      converter = ScoringModeConverter.class,
      defaultValue = "async",
      paramLabel = "MODE",
      description =
          "async: the model runs beside the task and keeps its deadline. sync: it runs in the task,"
              + " which costs less where only the CPU infers. Both give the same scores. Default:"
              + " ${DEFAULT-VALUE}.")
  private ScoringMode mode = ScoringMode.ASYNC;

  @Option(
      names = "--no-drift",
      description =
          "Measure no drift. By default it is measured where the model's contract names a"
              + " baseline.")
  private boolean withoutDrift;

  /** Names of the models, as they were given. */
  List<String> names() {
    return List.copyOf(models);
  }

  public ScoringMode mode() {
    return mode;
  }

  /** Whether the drift of models that have a baseline is measured. */
  public boolean measuresDrift() {
    return !withoutDrift;
  }

  /**
   * One plan for each model, in the order in which they are named.
   *
   * @throws UnknownModelException if no contract is named so
   * @throws SubmissionRefusedException if one job cannot do all of it
   */
  public List<ScoringPlan> plans(Contracts contracts)
      throws UnknownModelException, SubmissionRefusedException {
    List<ScoringPlan> plans = new ArrayList<>(ScoringPlan.of(contracts, models));
    plans.set(0, plans.get(0).warming(contracts, warm));
    return plans;
  }

  private static final class ScoringModeConverter
      implements CommandLine.ITypeConverter<ScoringMode> {
    @Override
    public ScoringMode convert(String value) {
      for (ScoringMode mode : ScoringMode.values()) {
        if (mode.toString().equals(value)) {
          return mode;
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected async or sync but was '" + value + "'");
    }
  }
}
