package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses features that are what a field marked {@code pii} holds: features stand in topics, tables
 * and models as they are. What is computed of such a field, a count or a share, is no such feature;
 * and labels of metrics are names of contracts, never values, so that nothing can get there.
 */
final class PersonalData {
  /** Aggregates whose answer is a value of an event, unchanged. */
  private static final Set<AggregateKind> GIVE_VALUES_BACK =
      EnumSet.of(
          AggregateKind.MIN,
          AggregateKind.MAX,
          AggregateKind.FIRST,
          AggregateKind.LAST,
          AggregateKind.FIRST_K,
          AggregateKind.LAST_K,
          AggregateKind.TOP_K,
          AggregateKind.RANK_QUANTILE);

  private final Problems problems;

  PersonalData(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param name the key of the feature
   * @param node what stands under it
   */
  void check(Feature feature, Scalar name, YamlNode node, Draft<EventContract> event) {
    FeatureDefinition definition = feature.definition();
    if (definition instanceof PassThrough passThrough) {
      refuse(passThrough.field(), name, event);
    } else if (definition instanceof RowExpression row) {
      refuse(row.expression().strip(), node.at("expression"), event);
    } else if (definition instanceof Windowed windowed) {
      for (Aggregate aggregate : windowed.aggregates()) {
        ValueExpression of = aggregate.of();
        if (of != null && GIVE_VALUES_BACK.contains(aggregate.kind())) {
          refuse(of.text().strip(), node.at("of"), event);
        }
      }
    }
  }

  /** Refuses a field that is taken as it is. */
  void refuse(String field, YamlNode node, Draft<EventContract> event) {
    Optional<EventField> found = event.contract().field(field);
    if (found.isEmpty() || found.get().pii() == null) {
      return;
    }
    Place declared = event.document().at("fields", field).place();
    problems.add(
        node,
        "`"
            + field
            + "` is marked `pii`: its values would stand in features, tables and models as they are",
        "Compute something of it, such as a count or `aggregate: distinct`, or use it as an entity;"
            + " if it identifies nobody, take `pii` away in "
            + declared.file()
            + ":"
            + declared.line()
            + ".");
  }
}
