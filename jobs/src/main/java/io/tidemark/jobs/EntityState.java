package io.tidemark.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.shaded.guava33.com.google.common.hash.Hashing;

/**
 * One keyed operator with its state: the major versions of a feature contract that have the same
 * entity, over one log.
 *
 * @param name of the contract
 * @param contracts whose features are columns of the vectors, the lowest major version in front;
 *     their names are those that their features bear there
 * @param warmed major versions whose state is kept for a job to come, while nobody reads it
 */
public record EntityState(
    String name, List<FeatureContract> contracts, List<FeatureContract> warmed) {
  public EntityState {
    contracts = List.copyOf(contracts);
    warmed = List.copyOf(warmed);
  }

  /** A contract on its own. */
  static EntityState of(FeatureContract contract) {
    return new EntityState(contract.metadata().name(), List.of(contract), List.of());
  }

  /** Of each contract with windows by an entity one, in their order. */
  static List<EntityState> ofEach(List<FeatureContract> contracts) {
    return contracts.stream().filter(EntityState::isKeyed).map(EntityState::of).toList();
  }

  static boolean isKeyed(FeatureContract contract) {
    return !contract.entity().isEmpty()
        && contract.features().stream()
            .anyMatch(feature -> feature.definition() instanceof Windowed);
  }

  /** The fields that are the key. */
  List<String> entity() {
    return all().get(0).entity();
  }

  /** All contracts, the lowest major version in front. */
  List<FeatureContract> all() {
    return Stream.concat(contracts.stream(), warmed.stream())
        .sorted((one, other) -> one.metadata().version().compareTo(other.metadata().version()))
        .toList();
  }

  /**
   * What Flink finds the state by. Major versions come and go, the state stays; another entity, or
   * the events of another contract, is another state.
   *
   * @param event name of the event contract
   */
  String uid(String event) {
    return "features-" + name + "-by-" + String.join("-", entity()) + "-from-" + event;
  }

  /**
   * The ids, in Flink's hexadecimal form, under which the first releases kept the state, which had
   * one operator for each major version.
   */
  List<String> legacyIds() {
    List<String> ids = new ArrayList<>();
    for (FeatureContract contract : all()) {
      ids.add(id("features-" + name + "-v" + contract.metadata().version().major()));
    }
    return ids;
  }

  /** How Flink makes an id of a uid. */
  static String id(String uid) {
    return HexFormat.of()
        .formatHex(Hashing.murmur3_128(0).newHasher().putString(uid, UTF_8).hash().asBytes());
  }
}
