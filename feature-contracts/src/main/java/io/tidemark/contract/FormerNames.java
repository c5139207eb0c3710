package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code renamedFrom} of the features of one contract: each was one feature, now gone. */
final class FormerNames {
  private final Mapping features;
  private final NodeReader read;
  private final Problems problems;
  private final Map<String, String> takenBy = new HashMap<>();

  /**
   * @param features of the contract, by name
   */
  FormerNames(Mapping features, NodeReader read, Problems problems) {
    this.features = features;
    this.read = read;
    this.problems = problems;
  }

  /**
   * The name that a feature had; null where it says none, or says one that cannot be.
   *
   * @param node the value of {@code renamedFrom}
   * @param feature the name that it has
   */
  @Nullable String read(@Nullable YamlNode node, Scalar feature) {
    String former = read.name(node, "the name that the feature had");
    if (node == null || former == null) {
      return null;
    }
    if (former.equals(feature.text())) {
      problems.add(
          node,
          "the feature has this name still",
          "Write the name that it had, or remove the key.");
    } else if (features.entry(former).isPresent()) {
      problems.add(
          node,
          "the contract still has the feature `" + former + "`",
          "Remove `renamedFrom` as long as both are there, or remove the feature `"
              + former
              + "`.");
    } else if (takenBy.containsKey(former)) {
      problems.add(
          node,
          "`" + takenBy.get(former) + "` is renamed from it already",
          "Leave it with the one that goes on with its values; the other one is a new feature.");
    } else {
      takenBy.put(former, feature.text());
      return former;
    }
    return null;
  }
}
