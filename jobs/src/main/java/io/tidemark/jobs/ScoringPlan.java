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
import java.util.Optional;

/**
 * Everything that the contracts say about one model's job, resolved.
 *
 * @param model the model that is scored
 * @param schema the event that asks for a score and feeds the features
 * @param contracts the feature contracts that the model names, ordered by name
 * @param warmed further contracts whose state the job keeps, so that a model which takes their
 *     features can be served by it next without a gap
 * @param domain folder of the contracts; empty where there is none
 */
public record ScoringPlan(
    ModelContract model,
    EventSchema schema,
    List<FeatureContract> contracts,
    List<FeatureContract> warmed,
    String domain) {
  public ScoringPlan {
    contracts = List.copyOf(contracts);
    warmed = List.copyOf(warmed);
  }

  /** Contracts of no folder. */
  public ScoringPlan(ModelContract model, EventSchema schema, List<FeatureContract> contracts) {
    this(model, schema, contracts, List.of(), "");
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
    return new ScoringPlan(
        model, new EventSchema(event), features, List.of(), contracts.domain(model));
  }

  /**
   * The same job, which also keeps the state of other contracts.
   *
   * @param names each {@code NAME} for its highest version, or {@code NAME@MAJOR}
   * @throws SubmissionRefusedException if one is unknown, stands on other events, or is the model's
   *     already
   */
  public ScoringPlan warming(Contracts all, List<String> names) throws SubmissionRefusedException {
    List<String> problems = new ArrayList<>();
    List<FeatureContract> further = new ArrayList<>();
    for (String name : names) {
      Optional<FeatureContract> found = FeaturePlan.find(all, name);
      if (found.isEmpty()) {
        problems.add(FeaturePlan.unknown(all, name));
      } else if (contracts.contains(found.get()) || further.contains(found.get())) {
        problems.add("Feature contract '" + name + "' is computed already. Leave it out of --warm");
      } else if (!found.get().source().equals(model.trigger())) {
        problems.add(
            "Feature contract '"
                + name
                + "' stands on "
                + found.get().source()
                + ", but this job reads "
                + model.trigger()
                + ". Leave it out of --warm");
      } else {
        further.add(found.get());
      }
    }
    if (!problems.isEmpty()) {
      throw new SubmissionRefusedException(problems);
    }
    return new ScoringPlan(model, schema, contracts, further, domain);
  }

  /** The part that computing features needs. */
  public FeaturePlan features() {
    return new FeaturePlan(schema, contracts, VectorColumns.of(model), domain, states());
  }

  /** One for each contract that is read, with what is warmed of the same name; then the others. */
  private List<EntityState> states() {
    List<EntityState> states = new ArrayList<>();
    List<FeatureContract> rest = new ArrayList<>(warmed);
    for (FeatureContract contract : contracts) {
      if (EntityState.isKeyed(contract)) {
        List<FeatureContract> beside =
            rest.stream().filter(other -> isBeside(contract, other)).toList();
        rest.removeAll(beside);
        states.add(new EntityState(contract.metadata().name(), List.of(contract), beside));
      }
    }
    while (!rest.isEmpty()) {
      FeatureContract first = rest.get(0);
      List<FeatureContract> beside = rest.stream().filter(other -> isBeside(first, other)).toList();
      rest.removeAll(beside);
      states.add(new EntityState(first.metadata().name(), List.of(), beside));
    }
    return states;
  }

  private static boolean isBeside(FeatureContract one, FeatureContract other) {
    return one.metadata().name().equals(other.metadata().name())
        && one.entity().equals(other.entity());
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
