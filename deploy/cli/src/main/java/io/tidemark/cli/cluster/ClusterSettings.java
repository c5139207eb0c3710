package io.tidemark.cli.cluster;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user chooses of a cluster.
 *
 * @param taskManagers how many processes that do the work
 * @param slots of each of them; a job runs with as many subtasks per operator unless told otherwise
 * @param jobManagers how many processes that lead; all but one stand by
 * @param highAvailability whether a job survives its job manager; needs a ZooKeeper
 * @param partitions of every topic
 * @param webhook where Alertmanager sends what its configuration has for {@value #WEBHOOK}; null:
 *     there
 * @param flink settings that go before those of the configuration file
 */
public record ClusterSettings(
    int taskManagers,
    int slots,
    int jobManagers,
    boolean highAvailability,
    int partitions,
    @Nullable String webhook,
    Map<String, String> flink) {
  /** Stands in the configuration as what a deployment replaces. */
  static final String WEBHOOK = "http://127.0.0.1:9095";

  private static final int MOST_PROCESSES = 32;

  /**
   * @throws IllegalArgumentException with the option's name first, if a value is out of bounds
   */
  public ClusterSettings {
    requireCount("task-managers", taskManagers, MOST_PROCESSES);
    requireCount("slots", slots, 128);
    requireCount("job-managers", jobManagers, MOST_PROCESSES);
    requireCount("partitions", partitions, 1_000);
    if (jobManagers > 1 && !highAvailability) {
      throw new IllegalArgumentException(
          "job-managers "
              + jobManagers
              + ": several need --ha, which lets them agree on who leads. Add it.");
    }
    if (webhook != null && !webhook.matches("https?://[^/\\s]+\\S*")) {
      throw new IllegalArgumentException(
          "webhook must be a URL such as " + WEBHOOK + ", but is " + webhook);
    }
    flink = Map.copyOf(flink);
  }

  private static void requireCount(String name, int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(name + " must be from 1 to " + most + ", but is " + count);
    }
  }
}
