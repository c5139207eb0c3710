package io.tidemark.contract;

import dev.cel.common.CelValidationException;
import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what contracts say of each other: features of their event, models of their trigger and
 * feature contracts. A name that is declared but could not be read is never reported as missing.
 */
final class References {
  private final Problems problems;
  private final boolean complete;
  private final Map<TopicUri, Draft<EventContract>> events = new HashMap<>();
  private final Map<String, TreeMap<Integer, Draft<FeatureContract>>> features = new TreeMap<>();

  /** Contracts with a second definition: what refers to them is not checked against either. */
  private final Set<Draft<?>> ambiguous = Collections.newSetFromMap(new IdentityHashMap<>());

  private References(Problems problems, boolean complete) {
    this.problems = problems;
    this.complete = complete;
  }

  static void check(ContractReader drafts, Problems problems) {
    References references = new References(problems, drafts.complete());
    references.indexEvents(drafts.events());
    references.indexFeatures(drafts.features());
    references.refuseEqualModels(drafts.models());
    drafts.features().parallelStream().forEach(references::compile);
    drafts.events().forEach(references::checkTopics);
    drafts.features().forEach(references::checkFeatures);
    drafts.models().forEach(references::checkModel);
    TopicCycles.check(drafts.features(), drafts.models(), problems);
  }

  private void indexEvents(List<Draft<EventContract>> drafts) {
    Map<String, Draft<EventContract>> byName = new HashMap<>();
    for (Draft<EventContract> draft : drafts) {
      Draft<EventContract> sameTopic = events.putIfAbsent(draft.contract().topic(), draft);
      if (sameTopic != null) {
        problems.add(
            draft.document().at("topic"),
            "this topic already has a contract in " + where(sameTopic),
            "Merge the two: there is one event contract per topic.");
        ambiguous.add(sameTopic);
      } else {
        refuseSecond(byName.putIfAbsent(draft.contract().metadata().name(), draft), draft, "name");
      }
    }
  }

  private void indexFeatures(List<Draft<FeatureContract>> drafts) {
    for (Draft<FeatureContract> draft : drafts) {
      Metadata metadata = draft.contract().metadata();
      TreeMap<Integer, Draft<FeatureContract>> majors =
          features.computeIfAbsent(metadata.name(), name -> new TreeMap<>());
      refuseSecond(
          majors.putIfAbsent(metadata.version().major(), draft), draft, "name and major version");
    }
  }

  private void refuseEqualModels(List<Draft<ModelContract>> drafts) {
    Map<String, Draft<ModelContract>> seen = new HashMap<>();
    for (Draft<ModelContract> draft : drafts) {
      Metadata metadata = draft.contract().metadata();
      refuseSecond(
          seen.putIfAbsent(metadata.name() + " " + metadata.version(), draft),
          draft,
          "name and version");
    }
  }

  private <C> void refuseSecond(@Nullable Draft<C> first, Draft<C> second, String what) {
    if (first != null) {
      ambiguous.add(first);
      problems.add(
          second.document().at("metadata", "name"),
          "another contract in " + where(first) + " has this " + what,
          "Rename one of the two, or remove the copy.");
    }
  }

  private static String where(Draft<?> draft) {
    Place place = draft.document().place();
    return place.file() + ":" + place.line();
  }

  /** Rejected and late events must not come back as events of a contract, nor as each other. */
  private void checkTopics(Draft<EventContract> draft) {
    EventContract event = draft.contract();
    for (String key : List.of("deadLetter", "late")) {
      TopicUri topic = key.equals("late") ? event.late() : event.deadLetter();
      if (events.containsKey(topic)) {
        problems.add(
            draft.document().at(key),
            "`" + key + "` is " + topic + ", a topic of accepted events",
            "Choose a topic of its own, such as `"
                + event.topic()
                + "_"
                + (key.equals("late") ? "late" : "rejected")
                + "`.");
      }
    }
    if (event.late().equals(event.deadLetter())) {
      problems.add(
          draft.document().at("late"),
          "late events and rejected events share a topic",
          "Give each its own: a late event is valid, a rejected one is not even readable.");
    }
  }

  /**
   * Compiles what is checked later on, as most of the time goes there and the machine has several
   * cores. {@link Expressions} keeps what compiles; what does not is told then, in order.
   */
  private void compile(Draft<FeatureContract> draft) {
    Draft<EventContract> event = events.get(draft.contract().source());
    if (event == null || !event.broken().isEmpty()) {
      return;
    }
    for (Feature feature : draft.contract().features()) {
      FeatureDefinition definition = feature.definition();
      try {
        if (definition instanceof RowExpression row && Expressions.isResultType(feature.type())) {
          Expressions.compile(event.contract(), feature.type(), row.expression());
        } else if (definition instanceof Windowed windowed) {
          for (Aggregate aggregate : windowed.aggregates()) {
            if (aggregate.where() != null) {
              Expressions.compile(event.contract(), FieldType.BOOLEAN, aggregate.where());
            }
            if (aggregate.of() instanceof ValueExpression.Computed of) {
              Expressions.compile(event.contract(), of.text());
            }
          }
        }
      } catch (CelValidationException e) {
        // Told by the checks that follow, with its place.
      }
    }
  }

  private void checkFeatures(Draft<FeatureContract> draft) {
    FeatureContract contract = draft.contract();
    YamlNode source = draft.document().at("source");
    Draft<EventContract> event = events.get(contract.source());
    if (event == null) {
      refuseUnknownTopic(source, contract.source());
      return;
    }
    if (ambiguous.contains(event)) {
      return;
    }
    if (draft.document().at("entity") instanceof Sequence entity) {
      Set<String> readable = Set.copyOf(contract.entity());
      for (YamlNode item : entity.items()) {
        if (item instanceof Scalar field && readable.contains(field.text())) {
          checkEntity(field, event);
        }
      }
    }
    for (Feature feature : contract.features()) {
      YamlNode node = draft.document().at("features", feature.name());
      FeatureDefinition definition = feature.definition();
      if (definition instanceof PassThrough passThrough) {
        checkPassThrough(feature, passThrough, draft, event);
      } else if (definition instanceof RowExpression expression) {
        checkExpression(feature, expression, node, event);
      } else if (definition instanceof Windowed windowed) {
        new AggregateTypes(problems).checkEvent(feature, windowed, node, event);
      }
      checkPersonalData(feature, draft, event);
      checkFreshness(feature, node, event);
    }
  }

  private void checkPersonalData(
      Feature feature, Draft<FeatureContract> draft, Draft<EventContract> event) {
    if (draft.document().at("features") instanceof Mapping features) {
      features
          .entry(feature.name())
          .ifPresent(
              entry ->
                  new PersonalData(problems).check(feature, entry.key(), entry.value(), event));
    }
  }

  /** A watermark follows the events by the out-of-orderness, and features by the watermark. */
  private void checkFreshness(Feature feature, YamlNode node, Draft<EventContract> event) {
    Duration freshness = feature.freshness();
    Duration behind = event.contract().time().outOfOrderness();
    if (freshness != null && freshness.compareTo(behind) < 0) {
      Place time = event.document().at("time").place();
      problems.add(
          node.at("freshness"),
          "events of "
              + event.contract().topic()
              + " may come "
              + Durations.format(behind)
              + " behind others (`outOfOrderness`), so that nothing over them is fresher",
          "Write at least `"
              + Durations.format(behind)
              + "`, or lower `outOfOrderness` in "
              + time.file()
              + ":"
              + time.line()
              + ".");
    }
  }

  private void checkEntity(Scalar node, Draft<EventContract> event) {
    Optional<EventField> field = field(node, event);
    field
        .filter(found -> found.type() == FieldType.DOUBLE || found.type() == FieldType.TIMESTAMP)
        .ifPresent(
            found ->
                problems.add(
                    node,
                    "a " + found.type().yamlName() + " is no key",
                    "Name fields of type string, long, int or boolean."));
  }

  private void checkPassThrough(
      Feature feature,
      PassThrough passThrough,
      Draft<FeatureContract> draft,
      Draft<EventContract> event) {
    EventContract contract = event.contract();
    Optional<EventField> field = contract.field(passThrough.field());
    if (field.isPresent()) {
      if (field.get().type() != feature.type()) {
        problems.add(
            draft.document().at("features", feature.name(), "type"),
            "the field of the event is " + field.get().type().yamlName(),
            "Write `type: "
                + field.get().type().yamlName()
                + "`, or compute another value with `expression`.");
      }
      return;
    }
    if (event.broken().contains(passThrough.field())) {
      return;
    }
    String remedy =
        AggregateProposal.remedy(feature.name(), contract)
            .orElseGet(
                () ->
                    EventFields.nearest(feature.name(), contract)
                        + " A feature that is not a field needs `expression` or `aggregate`.");
    if (draft.document().at("features") instanceof Mapping features) {
      features
          .entry(feature.name())
          .ifPresent(
              entry ->
                  problems.add(
                      entry.key(),
                      "the event " + contract.metadata().name() + " has no field of this name",
                      remedy));
    }
  }

  private void checkExpression(
      Feature feature, RowExpression definition, YamlNode node, Draft<EventContract> event) {
    if (!Expressions.isResultType(feature.type())) {
      problems.add(
          node.at("type"),
          "an expression gives a number or a boolean",
          "Write `type: int`, `double` or `boolean`.");
      return;
    }
    if (!event.broken().isEmpty()) {
      return;
    }
    YamlNode expression = node.at("expression");
    try {
      Expressions.compile(event.contract(), feature.type(), definition.expression());
    } catch (CelValidationException e) {
      ExpressionProblems.ofFeature(expression, event.contract(), feature.type(), problems)
          .add(e.getErrors());
    }
  }

  private Optional<EventField> field(Scalar node, Draft<EventContract> event) {
    return EventFields.named(node, event, problems);
  }

  private void refuseUnknownTopic(YamlNode node, TopicUri topic) {
    if (!complete) {
      return;
    }
    List<String> topics = events.keySet().stream().map(TopicUri::toString).sorted().toList();
    problems.add(
        node,
        "no event contract describes this topic",
        Nearest.to(topic.toString(), topics)
            .map(nearest -> "Did you mean `" + nearest + "`?")
            .orElse(
                "Add an event contract with `topic: "
                    + topic
                    + "` in a folder events/"
                    + (topics.isEmpty() ? "." : "; known are " + String.join(", ", topics) + ".")));
  }

  private void checkModel(Draft<ModelContract> draft) {
    ModelContract model = draft.contract();
    Draft<EventContract> trigger = events.get(model.trigger());
    if (trigger == null) {
      refuseUnknownTopic(draft.document().at("trigger"), model.trigger());
    }
    if (trigger == null || ambiguous.contains(trigger)) {
      return;
    }
    Map<String, Draft<FeatureContract>> named = checkNamedContracts(draft);
    Set<String> used = new HashSet<>();
    if (draft.document().at("inputs") instanceof Sequence inputs) {
      for (YamlNode input : inputs.items()) {
        if (input.at("features") instanceof Sequence references) {
          Optional<TensorType> type = tensorType(input.at("type"));
          for (YamlNode item : references.items()) {
            if (item instanceof Scalar reference) {
              checkInput(reference, type, draft, trigger, named, used);
            }
          }
        }
      }
    }
    if (draft.document().at("contracts") instanceof Mapping contracts) {
      for (Entry entry : contracts.entries()) {
        String name = entry.key().text();
        if (named.containsKey(name) && !used.contains(name) && !model.inputs().isEmpty()) {
          problems.add(
              entry.key(),
              "no input of the model comes from this contract",
              "Remove the line, or add a feature of it to `inputs`.");
        }
      }
    }
  }

  private static Optional<TensorType> tensorType(YamlNode node) {
    return node instanceof Scalar scalar
        ? List.of(TensorType.values()).stream()
            .filter(type -> type.yamlName().equals(scalar.text()))
            .findFirst()
        : Optional.empty();
  }

  /** The feature contracts under {@code contracts}, as far as they exist. */
  private Map<String, Draft<FeatureContract>> checkNamedContracts(Draft<ModelContract> draft) {
    Map<String, Draft<FeatureContract>> named = new HashMap<>();
    draft
        .contract()
        .contracts()
        .forEach(
            (name, major) -> {
              YamlNode node = draft.document().at("contracts", name);
              Draft<FeatureContract> found = find(node, name, major);
              if (found != null) {
                named.put(name, found);
                checkJoin(node, found.contract(), draft.contract());
              }
            });
    return named;
  }

  private @Nullable Draft<FeatureContract> find(YamlNode node, String name, int major) {
    TreeMap<Integer, Draft<FeatureContract>> majors = features.get(name);
    if (majors != null && majors.containsKey(major)) {
      return majors.get(major);
    }
    if (!complete) {
      return null;
    }
    if (majors == null) {
      problems.add(
          node.place(),
          node.path(),
          name,
          "there is no feature contract of this name",
          Nearest.to(name, features.keySet())
              .map(nearest -> "Did you mean `" + nearest + "`?")
              .orElse("Add it in a folder features/, or remove the line."));
    } else {
      String versions =
          majors.values().stream()
              .map(draft -> draft.contract().metadata().version().toString())
              .collect(Collectors.joining(", "));
      problems.add(
          node,
          name + " has no major version " + major + ", there is " + versions,
          "Write `" + name + ": " + majors.lastKey() + "`, or add that version.");
    }
    return null;
  }

  /** One topic for both means that the entity's fields, checked there, are the trigger's too. */
  private void checkJoin(YamlNode node, FeatureContract contract, ModelContract model) {
    if (!contract.source().equals(model.trigger())) {
      problems.add(
          node,
          "its source is "
              + contract.source()
              + ", the model's trigger "
              + model.trigger()
              + ": a model joins features of the trigger's own topic in this release",
          "Use features of " + model.trigger() + " only, or trigger on " + contract.source() + ".");
    }
  }

  private void checkInput(
      Scalar node,
      Optional<TensorType> tensor,
      Draft<ModelContract> model,
      Draft<EventContract> trigger,
      Map<String, Draft<FeatureContract>> named,
      Set<String> used) {
    Optional<FeatureRef> reference = ModelContractReader.reference(node.text());
    if (reference.isEmpty()) {
      return;
    }
    String contractName = reference.get().contract();
    String featureName = reference.get().name();
    if (contractName == null) {
      new PersonalData(problems).refuse(node.text(), node, trigger);
      if (tensor.equals(Optional.of(TensorType.STRING))) {
        field(node, trigger).ifPresent(field -> checkText(node, field.type()));
      } else {
        field(node, trigger).ifPresent(field -> checkColumn(node, field.type(), tensor));
      }
      return;
    }
    used.add(contractName);
    Draft<FeatureContract> contract = named.get(contractName);
    if (contract == null) {
      refuseUnnamedContract(node, contractName, model);
      return;
    }
    if (ambiguous.contains(contract)) {
      return;
    }
    Optional<Feature> feature = contract.contract().feature(featureName);
    if (feature.isPresent()) {
      checkColumn(node, feature.get().type(), tensor);
    } else if (!contract.broken().contains(featureName)) {
      List<String> names = contract.contract().features().stream().map(Feature::name).toList();
      Metadata metadata = contract.contract().metadata();
      problems.add(
          node,
          metadata.name() + " " + metadata.version() + " has no feature `" + featureName + "`",
          Nearest.to(featureName, names)
              .map(nearest -> "Did you mean `" + contractName + "." + nearest + "`?")
              .orElse("Its features are " + String.join(", ", names) + "."));
    }
  }

  private void refuseUnnamedContract(Scalar node, String contractName, Draft<ModelContract> model) {
    if (model.document().at("contracts", contractName) instanceof Scalar) {
      return; // Listed, and already reported there.
    }
    TreeMap<Integer, Draft<FeatureContract>> majors = features.get(contractName);
    if (majors != null) {
      problems.add(
          node,
          "the model does not say which major version of " + contractName + " it was trained on",
          "Add `" + contractName + ": " + majors.lastKey() + "` under `contracts`.");
    } else if (complete) {
      Set<String> known = new LinkedHashSet<>(features.keySet());
      problems.add(
          node,
          "there is no feature contract `" + contractName + "`",
          Nearest.to(contractName, known)
              .map(nearest -> "Did you mean `" + nearest + "`?")
              .orElse("Add it in a folder features/, and its major version under `contracts`."));
    }
  }

  /** What is text in a tensor comes from the trigger itself: features are numbers. */
  private void checkText(Scalar node, FieldType type) {
    if (type != FieldType.STRING) {
      problems.add(
          node,
          "a tensor of type string takes fields of type string, this is " + type.yamlName(),
          "Move it to a tensor of numbers.");
    }
  }

  private void checkColumn(Scalar node, FieldType type, Optional<TensorType> tensor) {
    if (tensor.equals(Optional.of(TensorType.STRING))) {
      problems.add(
          node,
          "a feature is a number, and this tensor is of type string",
          "Move it to a tensor of numbers; text comes from fields of the trigger.");
      return;
    }
    if (type == FieldType.STRING || type == FieldType.TIMESTAMP) {
      problems.add(
          node,
          "a " + type.yamlName() + " cannot be a column of a tensor",
          "Inputs are int, long, double, or boolean (as 0 and 1); make a number of it with an"
              + " `expression` in a feature contract.");
    } else if (type == FieldType.DOUBLE && tensor.equals(Optional.of(TensorType.INT64))) {
      problems.add(
          node,
          "a double would lose its fraction in a tensor of type int64",
          "Make the tensor `type: float32` or `float64`, or move the feature to one that is.");
    }
  }
}
