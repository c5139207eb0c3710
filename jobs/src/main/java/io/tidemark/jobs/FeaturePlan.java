package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a job computes from one event, resolved.
 *
 * @param schema the event that feeds the features
 * @param contracts the feature contracts, in the order in which their operators stand
 * @param columns what the vectors hold
 */
public record FeaturePlan(
    EventSchema schema, List<FeatureContract> contracts, VectorColumns columns) {
  public FeaturePlan {
    contracts = List.copyOf(contracts);
  }

  /**
   * All features of chosen contracts.
   *
   * @param names of contracts, each {@code NAME} for its highest version or {@code NAME@MAJOR};
   *     none for every contract with an entity
   * @throws SubmissionRefusedException if a name is unknown or double, a contract has nothing to
   *     publish under a key, or the contracts stand on several events
   */
  public static FeaturePlan of(Contracts contracts, List<String> names)
      throws SubmissionRefusedException {
    List<FeatureContract> chosen = names.isEmpty() ? all(contracts) : named(contracts, names);
    List<TopicUri> topics = chosen.stream().map(FeatureContract::source).distinct().toList();
    if (topics.size() > 1) {
      throw new SubmissionRefusedException(
          "The feature contracts stand on several events ("
              + String.join(", ", topics.stream().map(TopicUri::toString).toList())
              + "), but a job reads one. Name those of one event with --feature-contracts");
    }
    EventContract event = contracts.event(topics.get(0)).orElseThrow();
    return new FeaturePlan(new EventSchema(event), chosen, columns(chosen));
  }

  private static VectorColumns columns(List<FeatureContract> contracts) {
    return new VectorColumns(
        contracts.stream()
            .flatMap(
                contract ->
                    contract.features().stream()
                        .map(
                            feature ->
                                new FeatureRef(contract.metadata().name(), feature.name())
                                    .toString()))
            .toList());
  }

  private static List<FeatureContract> all(Contracts contracts) throws SubmissionRefusedException {
    List<FeatureContract> all =
        names(contracts).flatMap(name -> highest(contracts, name).stream()).toList();
    if (all.isEmpty()) {
      throw new SubmissionRefusedException(
          "No feature contract has an entity and windows: there is nothing to publish. Add one, or"
              + " name a folder that has one with --contracts");
    }
    return all;
  }

  private static List<FeatureContract> named(Contracts contracts, List<String> names)
      throws SubmissionRefusedException {
    List<String> problems = new ArrayList<>();
    List<FeatureContract> named = new ArrayList<>();
    for (String name : names) {
      Optional<FeatureContract> found = find(contracts, name);
      if (found.isEmpty()) {
        problems.add(unknown(contracts, name));
      } else if (named.stream().anyMatch(other -> sameName(other, found.get()))) {
        problems.add("Feature contract '" + name + "' is named twice. Leave one out");
      } else {
        named.add(found.get());
      }
    }
    if (!problems.isEmpty()) {
      throw new SubmissionRefusedException(problems);
    }
    named.sort(Comparator.comparing(contract -> contract.metadata().name()));
    return named;
  }

  private static Optional<FeatureContract> find(Contracts contracts, String name) {
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

  private static String unknown(Contracts contracts, String name) {
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
    return contracts.features().stream()
        .filter(contract -> !contract.entity().isEmpty())
        .filter(
            contract ->
                contract.features().stream()
                    .anyMatch(feature -> feature.definition() instanceof Windowed));
  }

  private static boolean sameName(FeatureContract one, FeatureContract other) {
    return one.metadata().name().equals(other.metadata().name());
  }
}
