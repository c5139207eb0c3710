package io.tidemark.contract;

import dev.cel.common.CelValidationException;
import io.tidemark.contract.ModelContract.Artifact;
import io.tidemark.contract.ModelContract.Batch;
import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code kind: ModelContract} and checks what concerns it alone. */
final class ModelContractReader {
  private static final String INPUTS_EXAMPLE =
      "[{tensor: features, type: float32, features: [amount]}]";
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern REFERENCE =
      Pattern.compile("(?:([a-z][a-z0-9_]{0,62})\\.)?([a-z][a-z0-9_]{0,62})");
  private static final Pattern SCORE =
      Pattern.compile("([^\\[\\]\\s]{1,128})(?:\\[(?:(0|[1-9]\\d{0,5})|'([^\\[\\]']{1,128})')])?");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*");
  private static final DurationBounds TIMEOUT =
      new DurationBounds(
          Duration.ofMillis(1), Duration.ofMinutes(10), false, Duration.ofMillis(350));
  private static final DurationBounds MAX_DELAY =
      new DurationBounds(Duration.ZERO, Duration.ofSeconds(10), false, Duration.ofMillis(2));

  private final Problems problems;
  private final NodeReader read;

  ModelContractReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  /** The contract, or empty where its trigger is unknown and its inputs cannot be checked. */
  Optional<Draft<ModelContract>> read(Metadata metadata, MappingReader keys, String domain) {
    TopicUri trigger = read.topic(keys.required("trigger", "kafka://tx_events"));
    Artifact artifact =
        artifact(keys.required("artifact", "{uri: card_fraud/1.0.0/model.onnx, sha256: …}"));
    List<TensorInput> inputs = inputs(keys.required("inputs", INPUTS_EXAMPLE));
    ScoreOutput output = output(keys.required("output", "{score: \"probabilities[1]\"}"));
    Map<String, Integer> contracts = contracts(keys.optional("contracts"));
    String baseline = relativePath(keys.optional("baseline"), "card_fraud/1.0.0/baseline.json");
    MissingPolicy missing =
        read.oneOf(
            keys.optional("missing"),
            "a policy for missing features",
            MissingPolicy.values(),
            List.of());
    Batch batch = batch(keys.optional("batch"));
    Duration timeout =
        Objects.requireNonNullElse(
            read.duration(keys.optional("timeout"), TIMEOUT), Duration.ofMillis(350));
    String golden = relativePath(keys.optional("golden"), "card_fraud/1.0.0/golden.csv");
    Fallback fallback = fallback(keys.optional("fallback"), inputs, output);
    keys.refuse(
        "alignment",
        "`alignment` belongs to a later release",
        "Remove it: today every feature is as of the trigger's own time.");
    keys.refuseOthers();
    if (batch.maxDelay().compareTo(timeout) >= 0) {
      problems.add(
          keys.mapping().at("batch", "maxDelay"),
          "a record may wait "
              + Durations.format(batch.maxDelay())
              + " for its batch and times out after "
              + Durations.format(timeout),
          "Make `batch.maxDelay` shorter than `timeout`, by at least what the model takes.");
    }
    return trigger == null
        ? Optional.empty()
        : Optional.of(
            new Draft<>(
                new ModelContract(
                    metadata,
                    trigger,
                    artifact,
                    inputs,
                    output,
                    contracts,
                    baseline,
                    golden,
                    Objects.requireNonNullElse(missing, MissingPolicy.DEFAULT),
                    batch,
                    timeout,
                    fallback),
                keys.mapping(),
                domain,
                Set.of()));
  }

  private Artifact artifact(@Nullable YamlNode node) {
    Mapping mapping = read.mapping(node, "artifact: {uri: card_fraud/1.0.0/model.onnx, sha256: …}");
    if (mapping == null) {
      return new Artifact("", "");
    }
    MappingReader keys = new MappingReader(mapping, problems);
    String uri =
        relativePath(
            keys.required("uri", "card_fraud/1.0.0/model.onnx"), "card_fraud/1.0.0/model.onnx");
    Scalar sha256 =
        read.scalar(
            keys.required("sha256", "\"…\" (what `sha256sum model.onnx` prints)"),
            "a checksum",
            "what sha256sum prints for the file");
    keys.refuseOthers();
    if (sha256 != null && !SHA256.matcher(sha256.text()).matches()) {
      problems.add(
          sha256,
          "a SHA-256 is 64 hexadecimal digits in lower case, this has " + sha256.text().length(),
          "Write what `sha256sum` prints for the model file.");
    }
    return new Artifact(Objects.requireNonNullElse(uri, ""), sha256 == null ? "" : sha256.text());
  }

  /** A path below the domain's {@code models} folder, spelled in one way only. */
  private @Nullable String relativePath(@Nullable YamlNode node, String example) {
    Scalar scalar = read.scalar(node, "a file", example);
    if (scalar == null) {
      return null;
    }
    for (String segment : scalar.text().split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        problems.add(
            scalar,
            "a file is named relative to the domain's models folder and lies inside it",
            "Write it as `"
                + example
                + "`: no leading `/`, no `..`, no scheme; letters, digits and `._+-`.");
        return null;
      }
    }
    return scalar.text();
  }

  private List<TensorInput> inputs(@Nullable YamlNode node) {
    List<TensorInput> inputs = new ArrayList<>();
    Sequence list = read.list(node, INPUTS_EXAMPLE);
    if (list == null) {
      return inputs;
    }
    if (list.items().isEmpty()) {
      problems.add(list, "a model without inputs", "Add a tensor: `" + INPUTS_EXAMPLE + "`.");
    }
    Set<String> names = new HashSet<>();
    for (YamlNode item : list.items()) {
      Mapping mapping =
          read.mapping(item, "- {tensor: features, type: float32, features: [amount]}");
      if (mapping == null) {
        continue;
      }
      MappingReader keys = new MappingReader(mapping, problems);
      YamlNode tensorNode = keys.required("tensor", "features");
      String tensor = read.text(tensorNode, "the name of the model's input", "features");
      TensorType type =
          read.oneOf(
              keys.required("type", "float32"), "a tensor type", TensorType.values(), List.of());
      List<FeatureRef> features =
          references(keys.required("features", "[amount, customer_spending.nb_tx_7d]"));
      List<Integer> shape = shape(keys.optional("shape"));
      keys.refuseOthers();
      if (tensor != null && tensorNode != null && !names.add(tensor)) {
        problems.add(
            tensorNode, "two inputs with one name", "Give each input of the model its own entry.");
      }
      if (tensor != null && type != null) {
        inputs.add(new TensorInput(tensor, type, features, shape));
      }
    }
    return inputs;
  }

  /** Empty where the tensor has one column per feature. */
  private List<Integer> shape(@Nullable YamlNode node) {
    List<Integer> shape = new ArrayList<>();
    Sequence list = read.list(node, "[8, 3]");
    if (list == null) {
      return shape;
    }
    for (YamlNode item : list.items()) {
      Integer size = read.integer(item, 1, 65_536);
      shape.add(Objects.requireNonNullElse(size, 1));
    }
    if (shape.isEmpty()) {
      problems.add(list, "a row without dimensions", "Write them as `[8, 3]`, or remove the key.");
    }
    return shape;
  }

  private List<FeatureRef> references(@Nullable YamlNode node) {
    List<FeatureRef> features = new ArrayList<>();
    Sequence list = read.list(node, "[amount, customer_spending.nb_tx_7d]");
    if (list == null) {
      return features;
    }
    if (list.items().isEmpty()) {
      problems.add(list, "a tensor without features", "Name at least one.");
    }
    Set<FeatureRef> seen = new HashSet<>();
    for (YamlNode item : list.items()) {
      Scalar scalar = read.scalar(item, "a feature", "customer_spending.nb_tx_7d");
      if (scalar == null) {
        continue;
      }
      Optional<FeatureRef> reference = reference(scalar.text());
      if (reference.isEmpty()) {
        problems.add(
            scalar,
            "a feature is `contract.feature`, or the name of a field of the trigger",
            "Write it as `customer_spending.nb_tx_7d` or `amount`; the major version stands under"
                + " `contracts`.");
        continue;
      }
      if (!seen.add(reference.get())) {
        problems.add(
            scalar, "this feature is already a column of the tensor", "Remove one of them.");
      }
      features.add(reference.get());
    }
    return features;
  }

  /** What {@code contract.feature} or a bare name means; empty where it is neither. */
  static Optional<FeatureRef> reference(String text) {
    Matcher matcher = REFERENCE.matcher(text);
    return matcher.matches()
        ? Optional.of(new FeatureRef(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  private ScoreOutput output(@Nullable YamlNode node) {
    Mapping mapping = read.mapping(node, "output: {score: \"probabilities[1]\"}");
    if (mapping == null) {
      return new ScoreOutput("", 0);
    }
    MappingReader keys = new MappingReader(mapping, problems);
    YamlNode scoreNode = keys.required("score", "\"probabilities[1]\"");
    String score = read.text(scoreNode, "the output that holds the score", "probabilities[1]");
    keys.refuseOthers();
    if (score == null || scoreNode == null) {
      return new ScoreOutput("", 0);
    }
    Matcher matcher = SCORE.matcher(score);
    if (!matcher.matches()) {
      problems.add(
          scoreNode,
          "the score is an output of the model, with a column where it has several",
          "Write `\"probabilities[1]\"` for column 1 of `probabilities`, the bare name for a"
              + " single column, or `\"probabilities['fraud']\"` for a class in a map of classes.");
      return new ScoreOutput("", 0);
    }
    String index = matcher.group(2);
    return new ScoreOutput(
        matcher.group(1), index == null ? 0 : Integer.parseInt(index), matcher.group(3));
  }

  private Map<String, Integer> contracts(@Nullable YamlNode node) {
    Map<String, Integer> contracts = new LinkedHashMap<>();
    Mapping mapping = read.mapping(node, "contracts: {customer_spending: 2}");
    if (mapping == null) {
      return contracts;
    }
    for (Entry entry : mapping.entries()) {
      boolean named = read.isName(entry.key(), "the name of a contract");
      if (entry.value() instanceof Scalar scalar
          && SemanticVersion.parse(scalar.text()).isPresent()) {
        problems.add(
            scalar,
            "a model names the major version of a contract only",
            "Write `"
                + SemanticVersion.parse(scalar.text()).orElseThrow().major()
                + "`: minor versions keep the meaning of what is there.");
        continue;
      }
      Integer major = read.integer(entry.value(), 0, 999_999_999);
      if (named && major != null) {
        contracts.put(entry.key().text(), major);
      }
    }
    return contracts;
  }

  private Batch batch(@Nullable YamlNode node) {
    Integer maxRows = null;
    Duration maxDelay = null;
    Mapping mapping = read.mapping(node, "batch: {maxRows: 256, maxDelay: PT0.002S}");
    if (mapping != null) {
      MappingReader keys = new MappingReader(mapping, problems);
      maxRows = read.integer(keys.optional("maxRows"), 1, 65_536);
      maxDelay = read.duration(keys.optional("maxDelay"), MAX_DELAY);
      keys.refuseOthers();
    }
    return new Batch(
        Objects.requireNonNullElse(maxRows, 256),
        Objects.requireNonNullElse(maxDelay, Duration.ofMillis(2)));
  }

  private Fallback fallback(@Nullable YamlNode node, List<TensorInput> inputs, ScoreOutput output) {
    Mapping mapping = read.mapping(node, "fallback: {score: 0.0}");
    if (mapping == null) {
      return Fallback.constant(0.0);
    }
    MappingReader keys = new MappingReader(mapping, problems);
    Double score = read.number(keys.required("score", "0.0"));
    YamlNode expressionNode = keys.optional("expression");
    String expression = read.text(expressionNode, "an expression", "amount > 500.0 ? 0.9 : 0.1");
    YamlNode modelNode = keys.optional("model");
    Fallback.Model model = fallbackModel(modelNode, inputs, output);
    keys.refuseOthers();
    if (expressionNode != null && modelNode != null) {
      problems.add(
          expressionNode,
          "a fallback is an expression or a model, not both",
          "Remove one of them; `score` answers where the other gives no number.");
    }
    if (expression != null && expressionNode instanceof Scalar scalar) {
      checkExpression(scalar, expression, inputs);
    }
    return new Fallback(Objects.requireNonNullElse(score, 0.0), expression, model);
  }

  private void checkExpression(Scalar node, String expression, List<TensorInput> inputs) {
    try {
      FallbackExpression.compile(inputs, expression);
    } catch (CelValidationException e) {
      problems.add(
          node,
          "this is no expression over the model's inputs: "
              + e.getErrors().get(0).getMessage().lines().findFirst().orElse(""),
          "Use the inputs by their names, as doubles, and give a double: `amount > 500.0 ? 0.9 :"
              + " 0.1`.");
    }
  }

  private Fallback.@Nullable Model fallbackModel(
      @Nullable YamlNode node, List<TensorInput> inputs, ScoreOutput output) {
    Mapping mapping =
        read.mapping(node, "model: {artifact: {uri: card_fraud/light/model.onnx, sha256: …}}");
    if (mapping == null) {
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    Artifact artifact =
        artifact(keys.required("artifact", "{uri: card_fraud/light/model.onnx, sha256: …}"));
    YamlNode inputsNode = keys.optional("inputs");
    List<TensorInput> own = inputsNode == null ? inputs : inputs(inputsNode);
    YamlNode outputNode = keys.optional("output");
    ScoreOutput ownOutput = outputNode == null ? output : output(outputNode);
    keys.refuseOthers();
    Set<FeatureRef> known = new HashSet<>();
    inputs.forEach(input -> known.addAll(input.features()));
    for (TensorInput input : own) {
      for (FeatureRef feature : input.features()) {
        if (inputsNode != null && !known.contains(feature)) {
          problems.add(
              inputsNode,
              "the fallback takes " + feature + ", which is no input of the model",
              "Use features that the model takes too: no others are computed for it.");
        }
      }
    }
    return new Fallback.Model(artifact, own, ownOutput);
  }
}
