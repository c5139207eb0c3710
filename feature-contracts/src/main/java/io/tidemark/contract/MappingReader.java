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
  private final Set<String> later = new LinkedHashSet<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

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
    YamlNode node = optional(key);
    if (node == null) {
      missing.put(key, example);
    }
    return node;
  }

  /** Refuses a key that the design has and this release does not. */
  void later(String key, String today) {
    later.add(key);
    for (Entry entry : mapping.entries()) {
      if (entry.key().text().equals(key)) {
        problems.add(entry.key(), "`" + key + "` belongs to a later release", today);
      }
    }
  }

  /**
   * Reports unknown and missing keys; one that is there but misspelled is reported as misspelled
   * only.
   */
  void refuseOthers() {
    List<String> absent = known.stream().filter(key -> !has(key)).toList();
    for (Entry entry : mapping.entries()) {
      String key = entry.key().text();
      if (known.contains(key) || later.contains(key)) {
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
        (key, example) ->
            problems.addMissing(
                mapping,
                key,
                "`" + key + "` is missing",
                "Add it, such as `" + key + ": " + example + "`."));
  }
}
