package io.tidemark.contract.review;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.ModelContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something whose past means something else after a change, or that has none yet: a table holds old
 * values of it until they are computed again.
 *
 * @param contract name and major version of a feature contract, or name and version of a model
 * @param job who computes it
 * @param tables where the results lie
 * @param features that changed or are new; of a model, those that it takes
 * @param source the events that are read
 * @param reach how long before the first wanted result reading begins; null where everything from
 *     the first event on counts
 * @param masked fields that are read though a table holds them masked: these come from the topic,
 *     or from where it got them
 * @param after contracts that come first, for their results are taken
 */
public record Recomputation(
    String contract,
    String job,
    List<String> tables,
    List<String> features,
    EventContract source,
    @Nullable Duration reach,
    List<String> masked,
    List<String> after) {
  public Recomputation {
    tables = List.copyOf(tables);
    features = List.copyOf(features);
    masked = List.copyOf(masked);
    after = List.copyOf(after);
  }

  /**
   * What a change asks to be computed again, in an order in which that can be done: features before
   * the models that take them.
   */
  public static List<Recomputation> of(Contracts before, Contracts after) {
    List<Recomputation> all = new ArrayList<>();
    for (FeatureContract contract : after.features()) {
      List<Feature> changed =
          contract.features().stream()
              .filter(feature -> isNewOrOther(before, after, contract, feature))
              .toList();
      if (!changed.isEmpty() && !contract.entity().isEmpty()) {
        all.add(
            new Recomputation(
                named(contract),
                "FeatureJob of " + contract.metadata().name(),
                Consumers.outputsOf(contract).subList(0, 1),
                changed.stream().map(Feature::name).toList(),
                after.event(contract.source()).orElseThrow(),
                reach(changed),
                masked(after, List.of(contract)),
                List.of()));
      }
    }
    for (ModelContract model : after.models()) {
      List<FeatureContract> contracts = contractsOf(model, after);
      List<String> changed =
          contracts.stream()
              .flatMap(
                  contract ->
                      contract.features().stream()
                          .filter(feature -> Consumers.takes(model, contract, feature.name()))
                          .filter(feature -> isNewOrOther(before, after, contract, feature))
                          .map(feature -> contract.metadata().name() + "." + feature.name()))
              .toList();
      if (!changed.isEmpty() || isNewOrOther(before, model)) {
        List<String> first =
            contracts.stream()
                .map(Recomputation::named)
                .filter(name -> all.stream().anyMatch(one -> one.contract.equals(name)))
                .toList();
        List<Feature> taken =
            contracts.stream()
                .flatMap(
                    contract ->
                        contract.features().stream()
                            .filter(feature -> Consumers.takes(model, contract, feature.name())))
                .toList();
        all.add(
            new Recomputation(
                model.metadata().name() + " " + model.metadata().version(),
                Consumers.job(model),
                Consumers.outputsOf(model),
                changed,
                after.event(model.trigger()).orElseThrow(),
                reach(taken),
                masked(after, contracts),
                first));
      }
    }
    return List.copyOf(all);
  }

  private static String named(FeatureContract contract) {
    return contract.metadata().name() + " " + contract.metadata().version().major();
  }

  private static List<FeatureContract> contractsOf(ModelContract model, Contracts contracts) {
    List<FeatureContract> found = new ArrayList<>();
    model
        .contracts()
        .forEach((name, major) -> found.add(contracts.feature(name, major).orElseThrow()));
    return found;
  }

  private static boolean isNewOrOther(
      Contracts before, Contracts after, FeatureContract contract, Feature feature) {
    String meaning = Meaning.of(after.event(contract.source()).orElseThrow(), contract, feature);
    return before
        .feature(contract.metadata().name(), contract.metadata().version().major())
        .flatMap(
            was ->
                was.feature(feature.name())
                    .map(old -> Meaning.of(before.event(was.source()).orElseThrow(), was, old)))
        .filter(meaning::equals)
        .isEmpty();
  }

  /** Whether no model of before has the same file and inputs under the name. */
  private static boolean isNewOrOther(Contracts before, ModelContract model) {
    return before.models().stream()
        .filter(was -> was.metadata().name().equals(model.metadata().name()))
        .noneMatch(
            was ->
                was.artifact().sha256().equals(model.artifact().sha256())
                    && was.inputs().equals(model.inputs())
                    && was.output().equals(model.output())
                    && Objects.equals(was.trigger(), model.trigger()));
  }

  private static List<String> masked(Contracts contracts, List<FeatureContract> read) {
    return read.stream()
        .flatMap(
            contract ->
                contracts.event(contract.source()).orElseThrow().fields().stream()
                    .filter(field -> field.pii() != null)
                    .map(EventField::name)
                    .filter(
                        field ->
                            contract.entity().contains(field)
                                || contract.features().stream()
                                    .anyMatch(feature -> Reading.of(feature, field))))
        .distinct()
        .toList();
  }

  /** The longest; null where one has no bound. */
  private static @Nullable Duration reach(List<Feature> features) {
    Duration longest = Duration.ZERO;
    for (Feature feature : features) {
      if (feature.definition() instanceof Windowed windowed) {
        Optional<Duration> reach = windowed.window().reach();
        if (reach.isEmpty()) {
          return null;
        }
        longest = longest.compareTo(reach.get()) < 0 ? reach.get() : longest;
      }
    }
    return longest;
  }
}
