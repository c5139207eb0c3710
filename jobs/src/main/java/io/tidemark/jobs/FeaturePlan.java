package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import io.tidemark.jobs.state.StateManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job computes from one event, resolved.
 *
 * <p>Two major versions of a contract can be computed side by side. The names under which features
 * are published (columns, topics, tables) are those of the contract; where a job publishes several
 * major versions the lowest keeps them, so that who reads it notices nothing, and each other one
 * bears its number, as {@code customer_spending_v3}. {@code NAME@MAJOR=OTHER} says another name: a
 * major version that has outlived the one before keeps the name that its readers know.
 *
 * @param schema the event that feeds the features
 * @param contracts the feature contracts, under the names they are published by, in the order in
 *     which their operators stand
 * @param columns what the vectors hold
 * @param domain folder of the contracts; empty where there is none
 * @param states one for each keyed operator
 */
public record FeaturePlan(
    EventSchema schema,
    List<FeatureContract> contracts,
    VectorColumns columns,
    String domain,
    List<EntityState> states) {
  public FeaturePlan {
    contracts = List.copyOf(contracts);
    states = List.copyOf(states);
  }

  /** Contracts of no folder, each with a state of its own. */
  public FeaturePlan(EventSchema schema, List<FeatureContract> contracts, VectorColumns columns) {
    this(schema, contracts, columns, "", EntityState.ofEach(contracts));
  }

  /** What each keyed operator will say of its state. */
  List<StateManifest> manifests() {
    return states.stream()
        .map(this::features)
        .filter(Objects::nonNull)
        .map(WindowedFeatures::manifest)
        .toList();
  }

  /** What a keyed operator computes; null where nobody asks for any of it. */
  @Nullable WindowedFeatures features(EntityState state) {
    return WindowedFeatures.of(
        columns, domain, state.name(), state.contracts(), state.warmed(), schema);
  }

  /** A contract that was chosen, and the name that it is published by; null where none was said. */
  private record Choice(FeatureContract contract, @Nullable String published) {
    String name() {
      return contract.metadata().name();
    }

    int major() {
      return contract.metadata().version().major();
    }

    FeatureContract as(String name) {
      Metadata metadata = contract.metadata();
      return new FeatureContract(
          new Metadata(name, metadata.version(), metadata.owner(), metadata.description()),
          contract.entity(),
          contract.source(),
          contract.state(),
          contract.features());
    }
  }

  /**
   * All features of chosen contracts.
   *
   * @param names of contracts, each {@code NAME} for its highest version, {@code NAME@MAJOR}, or
   *     {@code NAME@MAJOR=PUBLISHED}; none for every contract with an entity
   * @throws SubmissionRefusedException if a name is unknown or double, a contract has nothing to
   *     publish under a key, or the contracts stand on several events
   */
  public static FeaturePlan of(Contracts contracts, List<String> names)
      throws SubmissionRefusedException {
    List<Choice> chosen = names.isEmpty() ? all(contracts) : named(contracts, names);
    List<TopicUri> topics =
        chosen.stream().map(choice -> choice.contract.source()).distinct().toList();
    if (topics.size() > 1) {
      throw new SubmissionRefusedException(
          "The feature contracts stand on several events ("
              + String.join(", ", topics.stream().map(TopicUri::toString).toList())
              + "), but a job reads one. Name those of one event with --feature-contracts");
    }
    EventContract event = contracts.event(topics.get(0)).orElseThrow();
    List<FeatureContract> published = new ArrayList<>();
    Map<List<Object>, List<FeatureContract>> states = new LinkedHashMap<>();
    for (Choice choice : chosen) {
      FeatureContract named = choice.as(publishedName(choice, chosen));
      published.add(named);
      states
          .computeIfAbsent(
              List.of(choice.name(), choice.contract.entity()), key -> new ArrayList<>())
          .add(named);
    }
    List<String> taken = published.stream().map(one -> one.metadata().name()).toList();
    for (String name : taken) {
      if (taken.indexOf(name) != taken.lastIndexOf(name)) {
        throw new SubmissionRefusedException(
            "Two feature contracts would be published as '"
                + name
                + "'. Say another name for one of them: NAME@MAJOR=OTHER");
      }
    }
    return new FeaturePlan(
        new EventSchema(event),
        published,
        columns(published),
        contracts.domain(chosen.get(0).contract),
        states.entrySet().stream()
            .map(
                state ->
                    new EntityState((String) state.getKey().get(0), state.getValue(), List.of()))
            .toList());
  }

  private static String publishedName(Choice choice, List<Choice> chosen) {
    if (choice.published != null) {
      return choice.published;
    }
    int lowest =
        chosen.stream()
            .filter(other -> other.name().equals(choice.name()))
            .mapToInt(Choice::major)
            .min()
            .orElseThrow();
    return choice.major() == lowest ? choice.name() : choice.name() + "_v" + choice.major();
  }

  private static VectorColumns columns(List<FeatureContract> contracts) {
    return new VectorColumns(
        contracts.stream()
            .flatMap(
                contract ->
                    contract.features().stream()
                        .flatMap(feature -> feature.columns().stream())
                        .map(
                            column ->
                                new FeatureRef(contract.metadata().name(), column).toString()))
            .toList());
  }

  private static List<Choice> all(Contracts contracts) throws SubmissionRefusedException {
    List<Choice> all =
        names(contracts)
            .flatMap(name -> highest(contracts, name).stream())
            .map(contract -> new Choice(contract, null))
            .toList();
    if (all.isEmpty()) {
      throw new SubmissionRefusedException(
          "No feature contract has an entity and windows: there is nothing to publish. Add one, or"
              + " name a folder that has one with --contracts");
    }
    return all;
  }

  private static List<Choice> named(Contracts contracts, List<String> names)
      throws SubmissionRefusedException {
    List<String> problems = new ArrayList<>();
    List<Choice> named = new ArrayList<>();
    for (String text : names) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      String published = equals < 0 ? null : text.substring(equals + 1);
      Optional<FeatureContract> found = find(contracts, name);
      if (found.isEmpty()) {
        problems.add(unknown(contracts, name));
      } else if (published != null && !published.matches("[a-z][a-z0-9_]*")) {
        problems.add(
            "'"
                + published
                + "' is no name to publish features by. Write lower-case letters, digits and"
                + " underscores, such as "
                + found.get().metadata().name()
                + "_v"
                + found.get().metadata().version().major());
      } else if (named.stream().anyMatch(other -> other.contract.equals(found.get()))) {
        problems.add("Feature contract '" + name + "' is named twice. Leave one out");
      } else {
        named.add(new Choice(found.get(), published));
      }
    }
    if (!problems.isEmpty()) {
      throw new SubmissionRefusedException(problems);
    }
    named.sort(Comparator.comparing(Choice::name).thenComparingInt(Choice::major));
    return named;
  }

  /** A contract by {@code NAME} or {@code NAME@MAJOR}. */
  static Optional<FeatureContract> find(Contracts contracts, String name) {
    int at = name.indexOf('@');
    if (at < 0) {
      return highest(contracts, name);
    }
    return publishable(contracts)
        .filter(contract -> contract.metadata().name().equals(name.substring(0, at)))
        .filter(
            contract ->
                String.valueOf(contract.metadata().version().major())
                    .equals(name.substring(at + 1)))
        .findFirst();
  }

  private static Optional<FeatureContract> highest(Contracts contracts, String name) {
    return publishable(contracts)
        .filter(contract -> contract.metadata().name().equals(name))
        .max(Comparator.comparing(contract -> contract.metadata().version()));
  }

  static String unknown(Contracts contracts, String name) {
    boolean withoutKey =
        contracts.features().stream().anyMatch(contract -> contract.metadata().name().equals(name));
    return (withoutKey
            ? "Feature contract '" + name + "' has no entity with windows to publish under a key. "
            : "No feature contract is named '" + name + "'. ")
        + "There are: "
        + String.join(", ", names(contracts).toList());
  }

  private static Stream<String> names(Contracts contracts) {
    return publishable(contracts).map(contract -> contract.metadata().name()).distinct().sorted();
  }

  private static Stream<FeatureContract> publishable(Contracts contracts) {
    return contracts.features().stream().filter(EntityState::isKeyed);
  }
}
