package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The option of a feature job that decides what state it has: the job takes it, and so does whoever
 * tells what becomes of the state.
 */
public final class FeatureContractArguments {
  @Option(
      names = "--feature-contracts",
      split = ",",
      paramLabel = "NAME[@MAJOR[=PUBLISHED]]",
      description =
          "Feature contracts of one event, separated by commas; their highest versions, or those"
              + " of a major version. Of several major versions the lowest is published as NAME,"
              + " others as NAME_vMAJOR, or by the name that is said. Default: all that have an"
              + " entity.")
  private List<String> featureContracts = List.of();

  /** Whether the default holds. */
  boolean isEmpty() {
    return featureContracts.isEmpty();
  }

  /**
   * @throws SubmissionRefusedException if a contract is unknown, or one job cannot publish them all
   */
  public FeaturePlan plan(Contracts contracts) throws SubmissionRefusedException {
    return FeaturePlan.of(contracts, featureContracts);
  }
}
