package io.tidemark.contract;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses contracts that are fed, directly or through others, by their own results: every event
 * would cause another one without end. Results of a feature contract go to the topic {@code
 * NAME_features}, those of a model to {@code NAME_scores}.
 */
final class TopicCycles {
  private final Map<String, Set<String>> next = new HashMap<>();

  static void check(
      List<Draft<FeatureContract>> features, List<Draft<ModelContract>> models, Problems problems) {
    TopicCycles cycles = new TopicCycles();
    for (Draft<FeatureContract> draft : features) {
      cycles.add(draft.contract().source(), results(draft.contract()));
    }
    for (Draft<ModelContract> draft : models) {
      cycles.add(draft.contract().trigger(), results(draft.contract()));
    }
    for (Draft<FeatureContract> draft : features) {
      cycles.refuse(
          draft.contract().source(),
          results(draft.contract()),
          draft.document().at("source"),
          problems);
    }
    for (Draft<ModelContract> draft : models) {
      cycles.refuse(
          draft.contract().trigger(),
          results(draft.contract()),
          draft.document().at("trigger"),
          problems);
    }
  }

  private static String results(FeatureContract contract) {
    return contract.metadata().name() + "_features";
  }

  private static String results(ModelContract model) {
    return model.metadata().name() + "_scores";
  }

  private void add(TopicUri from, String to) {
    next.computeIfAbsent(from.topic(), topic -> new TreeSet<>()).add(to);
  }

  private void refuse(TopicUri source, String results, YamlNode node, Problems problems) {
    if (reaches(results, source.topic())) {
      problems.add(
          node,
          "its own results come back here: they go to kafka://"
              + results
              + (results.equals(source.topic()) ? "" : ", which leads to " + source),
          "Read a topic that nothing of this contract gets to.");
    }
  }

  private boolean reaches(String from, String to) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(Set.of(from));
    while (!open.isEmpty()) {
      String topic = open.pop();
      if (topic.equals(to)) {
        return true;
      }
      if (seen.add(topic)) {
        open.addAll(next.getOrDefault(topic, Set.of()));
      }
    }
    return false;
  }
}
