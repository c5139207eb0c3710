package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.drift.Baseline;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.drift.InvalidBaselineException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of drift, for the command line of a job that scores. */
final class DriftArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--drift-window",
      paramLabel = "DURATION",
      description =
          "Event time over which drift is measured, such as P7D or PT1H. Default: P7D, for a part"
              + " of a week has another share of weekends than a baseline of a whole one.")
  private @Nullable Duration window;

  @Option(
      names = "--drift-window-from",
      paramLabel = "TIME",
      description =
          "A time at which a drift window begins, such as 2018-07-01T00:00:00Z; others begin whole"
              + " windows before and after. Default: a Monday, 00:00 UTC.")
  private @Nullable Instant origin;

  @Option(
      names = "--drift-minimum-sample",
      paramLabel = "N",
      description = "Values below which a window shows no drift. Default: 10000.")
  private @Nullable Long minimumSample;

  @Option(
      names = "--drift-topic",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "TOPIC",
      description =
          "Write a report per window and feature to this topic; without a name, to NAME_drift.")
  private @Nullable String topic;

  /** Where reports go; null for nowhere. */
  @Nullable String topic(ModelContract model) {
    return topic != null && topic.isEmpty() ? model.metadata().name() + "_drift" : topic;
  }

  /**
   * How drift is measured; null for not at all.
   *
   * @param contracts with every version of the model that may still be counted
   * @param off whether it is not to be measured
   * @throws ParameterException if options contradict each other or the contract
   */
  @Nullable DriftSettings settings(Contracts contracts, ModelContract model, boolean off)
      throws InvalidContractsException, InvalidBaselineException {
    boolean asked = window != null || origin != null || minimumSample != null || topic != null;
    if (off) {
      require(!asked, "--no-drift contradicts the other --drift options. Leave it out, or them.");
      return null;
    }
    List<Baseline> baselines = baselines(contracts, model);
    if (baselines.isEmpty()) {
      String name = model.metadata().name() + " " + model.metadata().version();
      require(
          !asked,
          "--drift options are given, but model "
              + name
              + " has no baseline to measure drift from. Name one in its contract (`baseline:`), or"
              + " leave them out.");
      return null;
    }
    Duration size = window == null ? DriftSettings.WEEK : window;
    require(
        size.compareTo(Duration.ofMillis(1)) >= 0 && size.compareTo(Duration.ofDays(366)) <= 0,
        "--drift-window must be from PT0.001S to P366D, but is " + size);
    long atLeast = minimumSample == null ? DriftSettings.DEFAULT_MINIMUM_SAMPLE : minimumSample;
    require(atLeast >= 1, "--drift-minimum-sample must be 1 or more, but is " + atLeast);
    return new DriftSettings(
        baselines, size, origin == null ? DriftSettings.MONDAY : origin, atLeast);
  }

  /**
   * Of the model, and of its other versions whose vectors are the same: what the job counted of
   * them before it was started with this one can then be measured.
   */
  private static List<Baseline> baselines(Contracts contracts, ModelContract model)
      throws InvalidContractsException, InvalidBaselineException {
    List<Baseline> baselines = new ArrayList<>();
    if (model.baseline() == null) {
      return baselines;
    }
    for (ModelContract version : contracts.models()) {
      if (version.metadata().name().equals(model.metadata().name())
          && version.features().equals(model.features())) {
        Optional<byte[]> json = contracts.readBaseline(version);
        if (json.isPresent()) {
          baselines.add(Baseline.read(json.get(), version));
        }
      }
    }
    return baselines;
  }

  private void require(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
