package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the keys of one mapping one by one; what nobody asked for is unknown. Ask for every key
 * that may stand here before {@link #refuseOthers}: the keys asked for are the known ones.
 */
final class MappingReader {
  private final Mapping mapping;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<String> refused = new LinkedHashSet<>();
  private final Map<String, Missing> missing = new LinkedHashMap<>();

  MappingReader(Mapping mapping, Problems problems) {
    this.mapping = mapping;
    this.problems = problems;
  }

  Mapping mapping() {
    return mapping;
  }

  boolean has(String key) {
    return mapping.get(key).isPresent();
  }

  @Nullable YamlNode optional(String key) {
    known.add(key);
    return mapping.get(key).orElse(null);
  }

  /**
   * A key that must be there; {@link #refuseOthers} reports it if it is not.
   *
   * @param example a valid value, for the remedy when the key is absent
   */
  @Nullable YamlNode required(String key, String example) {
    return required(
        key, "`" + key + "` is missing", "Add it, such as `" + key + ": " + example + "`.");
  }

  /**
   * @param reason why it must be there
   * @param remedy what to add
   */
  @Nullable YamlNode required(String key, String reason, String remedy) {
    YamlNode node = optional(key);
    if (node == null) {
      missing.put(key, new Missing(reason, remedy));
    }
    return node;
  }

  /** Refuses a key that is known, but does not belong here. */
  void refuse(String key, String reason, String remedy) {
    refused.add(key);
    mapping.entry(key).ifPresent(entry -> problems.add(entry.key(), reason, remedy));
  }

  /**
   * Reports unknown and missing keys; one that is there but misspelled is reported as misspelled
   * only.
   */
  void refuseOthers() {
    List<String> absent = known.stream().filter(key -> !has(key)).toList();
    for (Entry entry : mapping.entries()) {
      String key = entry.key().text();
      if (known.contains(key) || refused.contains(key)) {
        continue;
      }
      Optional<String> nearest = Nearest.to(key, absent);
      nearest.ifPresent(missing::remove);
      problems.add(
          entry.key(),
          "unknown key",
          nearest
              .map(name -> "Did you mean `" + name + "`?")
              .orElse("Remove it; the keys here are " + String.join(", ", known) + "."));
    }
    missing.forEach(
        (key, absence) -> problems.addMissing(mapping, key, absence.reason, absence.remedy));
  }

  private record Missing(String reason, String remedy) {}
}
