package io.tidemark.contract;

import java.util.List;
import java.util.Optional;

/**
 * The features of one entity over one source.
 *
 * @param entity the fields of the source that together are the key, in order; empty for features of
 *     the row alone
 * @param state what a key may take
 * @param features in the order of the file
 */
public record FeatureContract(
    Metadata metadata,
    List<String> entity,
    TopicUri source,
    StateBudget state,
    List<Feature> features)
    implements Contract {
  public FeatureContract {
    entity = List.copyOf(entity);
    features = List.copyOf(features);
  }

  /** A contract that says nothing of its state. */
  public FeatureContract(
      Metadata metadata, List<String> entity, TopicUri source, List<Feature> features) {
    this(metadata, entity, source, StateBudget.DEFAULT, features);
  }

  public Optional<Feature> feature(String name) {
    return features.stream().filter(feature -> feature.name().equals(name)).findFirst();
  }

  /** The feature that says that it had a name before. */
  public Optional<Feature> renamedFrom(String name) {
    return features.stream().filter(feature -> name.equals(feature.renamedFrom())).findFirst();
  }

  /** The feature that a column of a vector belongs to, see {@link Feature#columns}. */
  public Optional<Feature> featureOfColumn(String column) {
    int bracket = column.indexOf('[');
    return feature(bracket < 0 ? column : column.substring(0, bracket));
  }
}
