package io.tidemark.jobs.sink;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What becomes of the vectors that reach a contract's {@link LatestFeatures}, counted since the
 * start of the task, with the label {@code contract}. Used by the task thread alone.
 *
 * <ul>
 *   <li>{@code tidemark_features_published_total}: vectors that went to the topic
 *   <li>{@code tidemark_features_superseded_total}: vectors as of an earlier time than published
 *   <li>{@code tidemark_features_late_total}: vectors of late events
 *   <li>{@code tidemark_features_without_entity_total}: vectors of events that lack a field of the
 *       entity
 *   <li>{@code tidemark_features_expired_total}: keys that were taken out of the topic
 * </ul>
 */
final class PublicationMetrics {
  final Counter published;
  final Counter superseded;
  final Counter late;
  final Counter withoutEntity;
  final Counter expired;

  PublicationMetrics(MetricGroup operator, String contract) {
    MetricGroup group = operator.addGroup("contract", contract);
    published = group.counter("tidemark_features_published_total");
    superseded = group.counter("tidemark_features_superseded_total");
    late = group.counter("tidemark_features_late_total");
    withoutEntity = group.counter("tidemark_features_without_entity_total");
    expired = group.counter("tidemark_features_expired_total");
  }
}
