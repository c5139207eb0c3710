package io.tidemark.jobs;

import io.tidemark.jobs.history.InvalidHistoryException;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of history, for the command line of a job that publishes features. */
final class FeatureHistoryArguments {
  @Option(
      names = "--history",
      paramLabel = "URI",
      description =
          "Keep the features as of every event, of each contract NAME in the Delta Lake table"
              + " entities/NAME in this folder, on any file system of Hadoop's that the cluster"
              + " has. Default: keep nothing.")
  private @Nullable String folder;

  /**
   * @throws InvalidHistoryException if the folder cannot be used, or a table that is there does not
   *     fit the contract
   */
  FeatureHistory tables(FeaturePlan plan)
      throws InvalidHistoryException, SubmissionRefusedException {
    if (folder == null) {
      return FeatureHistory.NONE;
    }
    ClusterLibraries.requireForHistory(
        Sink.class.getClassLoader(), FeatureHistoryArguments.class.getClassLoader());
    return FeatureHistory.in(folder, plan);
  }
}
