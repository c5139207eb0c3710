package io.tidemark.jobs;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.event.Upsert;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a feature job go.
 *
 * @param vectors every event's features of all contracts; null where they are not wanted
 * @param latest the latest features by entity, by name of the contract: one for each of the plan
 * @param history tables that keep what was computed
 */
public record FeatureSinks(
    @Nullable Sink<FeatureVector> vectors,
    Map<String, Sink<Upsert>> latest,
    Sink<RejectedRecord> rejected,
    Sink<Event> late,
    FeatureHistory history) {
  public FeatureSinks {
    latest = Map.copyOf(latest);
  }

  /** Without a history. */
  public FeatureSinks(
      @Nullable Sink<FeatureVector> vectors,
      Map<String, Sink<Upsert>> latest,
      Sink<RejectedRecord> rejected,
      Sink<Event> late) {
    this(vectors, latest, rejected, late, FeatureHistory.NONE);
  }

  public FeatureSinks withHistory(FeatureHistory kept) {
    return new FeatureSinks(vectors, latest, rejected, late, kept);
  }
}
