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
import java.util.Comparator;
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
 * @param id what tells the model's operators and tables from those of the job's other models: its
 *     name, and its version too where the job has another version of it before
 */
public record ScoringPlan(
    ModelContract model,
    EventSchema schema,
    List<FeatureContract> contracts,
    List<FeatureContract> warmed,
    String domain,
    String id) {
  private static final String DRIFT = "drift-";

  public ScoringPlan {
    contracts = List.copyOf(contracts);
    warmed = List.copyOf(warmed);
  }

  /** Of a job's only model, from contracts of no folder. */
  public ScoringPlan(ModelContract model, EventSchema schema, List<FeatureContract> contracts) {
    this(model, schema, contracts, List.of(), "", model.metadata().name());
  }

  /**
   * The models of one job, in the order in which they are named.
   *
   * @param models at least one, each {@code NAME} for its highest version or {@code NAME@VERSION}
   * @throws UnknownModelException if no contract is named so
   * @throws SubmissionRefusedException if one job cannot score with all of them
   */
  public static List<ScoringPlan> of(Contracts contracts, List<String> models)
      throws UnknownModelException, SubmissionRefusedException {
    List<ScoringPlan> plans = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String name : models) {
      ScoringPlan plan = of(contracts, name);
      if (plans.stream().anyMatch(other -> other.model.equals(plan.model))) {
        problems.add("--model " + name + " is named twice. Leave one out");
        continue;
      }
      for (ScoringPlan other : plans) {
        plan.contradiction(other).ifPresent(problems::add);
      }
      boolean isSecond =
          plans.stream().anyMatch(other -> other.id.equals(plan.model.metadata().name()));
      plans.add(isSecond ? plan.withVersionInId() : plan);
    }
    if (!problems.isEmpty()) {
      throw new SubmissionRefusedException(problems);
    }
    return plans;
  }

  /** Why both cannot be scored by one job, which computes each feature once. */
  private Optional<String> contradiction(ScoringPlan other) {
    String both = "Models " + other.model.metadata().name() + " and " + model.metadata().name();
    if (!model.trigger().equals(other.model.trigger())) {
      return Optional.of(
          "%s are asked by different events (%s and %s), but a job reads one. Start a job for each"
              .formatted(both, other.model.trigger(), model.trigger()));
    }
    return model.contracts().entrySet().stream()
        .filter(
            named ->
                !named
                    .getValue()
                    .equals(other.model.contracts().getOrDefault(named.getKey(), named.getValue())))
        .findFirst()
        .map(
            named ->
                "%s stand on different versions of %s (%d and %d). Start a job for each"
                    .formatted(
                        both,
                        named.getKey(),
                        other.model.contracts().get(named.getKey()),
                        named.getValue()));
  }

  private ScoringPlan withVersionInId() {
    return new ScoringPlan(
        model,
        schema,
        contracts,
        warmed,
        domain,
        model.metadata().name() + "-" + model.metadata().version());
  }

  /**
   * The plan of a job's only model.
   *
   * @param modelName {@code NAME} for its highest version or {@code NAME@VERSION}
   * @throws UnknownModelException if no contract is named so
   */
  public static ScoringPlan of(Contracts contracts, String modelName) throws UnknownModelException {
    ModelContract model =
        find(contracts, modelName)
            .orElseThrow(() -> new UnknownModelException(modelName, known(contracts, modelName)));
    EventContract event = contracts.event(model.trigger()).orElseThrow();
    List<FeatureContract> features = new ArrayList<>();
    model
        .contracts()
        .forEach((name, major) -> features.add(contracts.feature(name, major).orElseThrow()));
    return new ScoringPlan(
        model,
        new EventSchema(event),
        features,
        List.of(),
        contracts.domain(model),
        model.metadata().name());
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
    return new ScoringPlan(model, schema, contracts, further, domain, id);
  }

  /** What Flink finds the model's scorer by; each mode has state of its own. */
  String scorerUid(ScoringMode mode) {
    return switch (mode) {
      case ASYNC -> "score-" + id;
      case SYNC -> "score-" + id + "-sync";
    };
  }

  /** What Flink finds the model's counts of drift by, and then what merges them. */
  List<String> driftUids() {
    return List.of(DRIFT + "counts-" + id, DRIFT + id);
  }

  /** Whether a uid is one of {@link #driftUids} of whatever model. */
  static boolean isOfDrift(String uid) {
    return uid.startsWith(DRIFT);
  }

  private static Optional<ModelContract> find(Contracts contracts, String name) {
    int at = name.indexOf('@');
    return at < 0
        ? contracts.model(name)
        : contracts.models().stream()
            .filter(model -> model.metadata().name().equals(name.substring(0, at)))
            .filter(model -> model.metadata().version().toString().equals(name.substring(at + 1)))
            .findFirst();
  }

  /** What could have been meant: versions of the model, or the models there are. */
  private static List<String> known(Contracts contracts, String name) {
    List<String> versions =
        contracts.models().stream()
            .map(ModelContract::metadata)
            .filter(model -> name.startsWith(model.name() + "@"))
            .map(model -> model.name() + "@" + model.version())
            .toList();
    return versions.isEmpty() ? contracts.modelNames() : versions;
  }

  /** The part that computing features needs. */
  public FeaturePlan features() {
    return features(List.of(this));
  }

  /** The same for all models of a job: each contract and each column once. */
  static FeaturePlan features(List<ScoringPlan> plans) {
    List<FeatureContract> all =
        plans.stream()
            .flatMap(plan -> plan.contracts.stream())
            .distinct()
            .sorted(Comparator.comparing(contract -> contract.metadata().name()))
            .toList();
    List<FeatureContract> warmed =
        plans.stream()
            .flatMap(plan -> plan.warmed.stream())
            .distinct()
            .filter(contract -> !all.contains(contract))
            .toList();
    return new FeaturePlan(
        plans.get(0).schema,
        all,
        VectorColumns.union(plans.stream().map(ScoringPlan::columns).toList()),
        plans.get(0).domain,
        states(all, warmed));
  }

  /** One for each contract that is read, with what is warmed of the same name; then the others. */
  private static List<EntityState> states(
      List<FeatureContract> read, List<FeatureContract> warmed) {
    List<EntityState> states = new ArrayList<>();
    List<FeatureContract> rest = new ArrayList<>(warmed);
    for (FeatureContract contract : read) {
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

  /** The model's columns in tensor order. */
  VectorColumns columns() {
    return VectorColumns.of(model);
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
