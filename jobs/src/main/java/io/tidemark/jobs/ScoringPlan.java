package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the contracts say about one model's job, resolved.
 *
 * @param model the model that is scored
 * @param schema the event that asks for a score and feeds the features
 * @param contracts the feature contracts that the model names, ordered by name
 */
public record ScoringPlan(
    ModelContract model, EventSchema schema, List<FeatureContract> contracts) {
  public ScoringPlan {
    contracts = List.copyOf(contracts);
  }

  /**
   * @throws UnknownModelException if no contract is named so
   */
  public static ScoringPlan of(Contracts contracts, String modelName) throws UnknownModelException {
    ModelContract model =
        contracts
            .model(modelName)
            .orElseThrow(() -> new UnknownModelException(modelName, contracts.modelNames()));
    EventContract event = contracts.event(model.trigger()).orElseThrow();
    List<FeatureContract> features = new ArrayList<>();
    model
        .contracts()
        .forEach((name, major) -> features.add(contracts.feature(name, major).orElseThrow()));
    return new ScoringPlan(model, new EventSchema(event), features);
  }

  /** The part that computing features needs. */
  FeaturePlan features() {
    return new FeaturePlan(schema, contracts, VectorColumns.of(model));
  }

  /** Names of the vector's columns, as the model spells them. */
  public List<String> columnNames() {
    return model.features().stream().map(FeatureRef::toString).toList();
  }

  /** Declared types of the vector's columns. */
  public List<FieldType> columnTypes() {
    return model.features().stream().map(this::type).toList();
  }

  /** Which columns of the vector hold whole numbers. */
  public boolean[] integralColumns() {
    List<FieldType> types = columnTypes();
    boolean[] integral = new boolean[types.size()];
    for (int i = 0; i < integral.length; i++) {
      integral[i] = types.get(i) != FieldType.DOUBLE && types.get(i) != FieldType.STRING;
    }
    return integral;
  }

  /** Exact version of every feature contract, by name. */
  public Map<String, SemanticVersion> contractVersions() {
    Map<String, SemanticVersion> versions = new LinkedHashMap<>();
    for (FeatureContract contract : contracts) {
      versions.put(contract.metadata().name(), contract.metadata().version());
    }
    return versions;
  }

  private FieldType type(FeatureRef ref) {
    if (ref.contract() == null) {
      return schema.contract().field(ref.name()).map(EventField::type).orElseThrow();
    }
    return contracts.stream()
        .filter(contract -> contract.metadata().name().equals(ref.contract()))
        .flatMap(contract -> contract.featureOfColumn(ref.name()).stream())
        .map(Feature::type)
        .findFirst()
        .orElseThrow();
  }
}
