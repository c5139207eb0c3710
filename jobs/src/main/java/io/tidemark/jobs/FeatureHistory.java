package io.tidemark.jobs;

import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.history.EntityRows;
import io.tidemark.jobs.history.HistoryFolder;
import io.tidemark.jobs.history.InvalidHistoryException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * The tables that keep what a feature job computed: the vector of every event that has the entity,
 * once, where the topic keeps the latest of each entity.
 *
 * @param entities tables of the features by entity, by name of the contract; a contract without one
 *     is not kept
 */
public record FeatureHistory(Map<String, Sink<FeatureVector>> entities) {
  public static final FeatureHistory NONE = new FeatureHistory(Map.of());

  public FeatureHistory {
    entities = Map.copyOf(entities);
  }

  /**
   * A table {@code entities/<contract>} of each contract, in one folder. They do not meet the
   * {@code features/<model>} of scoring jobs, whose folder it may be.
   *
   * @param location a URI of Hadoop's file systems, or a path of the local one
   * @throws InvalidHistoryException if the folder cannot be used, or a table that is there does not
   *     fit the contract
   */
  public static FeatureHistory in(String location, FeaturePlan plan)
      throws InvalidHistoryException {
    HistoryFolder folder =
        HistoryFolder.of(location, "features-" + plan.schema().contract().metadata().name());
    Map<String, Sink<FeatureVector>> entities = new HashMap<>();
    for (FeatureContract contract : plan.contracts()) {
      String name = contract.metadata().name();
      entities.put(
          name,
          folder.table("entities", name, new EntityRows(plan.schema(), contract, plan.columns())));
    }
    return new FeatureHistory(entities);
  }
}
