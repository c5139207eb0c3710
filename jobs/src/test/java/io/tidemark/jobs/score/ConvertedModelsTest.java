package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models in the shapes that other people's converters give them, against the answers of the
 * libraries that trained them; {@code make_corpus.py} and {@code make_exported.py} in {@code
 * models/corpus} say where they come from.
 */
class ConvertedModelsTest {
  private static final int NUMBERS = 4;
  private static final EventSchema SCHEMA =
      new EventSchema(
          new EventContract(
              new Metadata("payments", new SemanticVersion(1, 0, 0), "tests", ""),
              new TopicUri("payments"),
              new TopicUri("payments_rejected"),
              new TopicUri("payments_late"),
              EventFormat.JSON,
              "id",
              new EventTime(
                  "time",
                  Duration.ZERO,
                  Duration.ofSeconds(30),
                  Duration.ZERO,
                  Instant.EPOCH,
                  Duration.ofHours(1)),
              List.of(
                  new EventField("id", FieldType.LONG, false, null, null, null),
                  new EventField("time", FieldType.TIMESTAMP, false, null, null, null),
                  new EventField("kind", FieldType.STRING, false, null, null, null))));

  static Stream<Arguments> models() {
    List<TensorInput> floats = List.of(numbers("X", TensorType.FLOAT32));
    List<TensorInput> exported = List.of(numbers("input", TensorType.FLOAT32));
    ScoreOutput score = new ScoreOutput("score", 0);
    return Stream.of(
        Arguments.of("skl2onnx-forest-zipmap", floats, new ScoreOutput("output_probability", 1)),
        Arguments.of("skl2onnx-forest-tensor", floats, new ScoreOutput("probabilities", 1)),
        Arguments.of(
            "skl2onnx-logistic-text-zipmap",
            floats,
            new ScoreOutput("output_probability", 0, "fraud")),
        Arguments.of(
            "onnxmltools-xgboost",
            List.of(numbers("input", TensorType.FLOAT32)),
            new ScoreOutput("probabilities", 1)),
        Arguments.of("skl2onnx-xgboost-zipmap", floats, new ScoreOutput("output_probability", 1)),
        Arguments.of(
            "onnxmltools-xgboost-softmax",
            List.of(numbers("input", TensorType.FLOAT32)),
            new ScoreOutput("probabilities", 2)),
        Arguments.of(
            "skl2onnx-mlp-softmax-double",
            List.of(numbers("X", TensorType.FLOAT64)),
            new ScoreOutput("probabilities", 2)),
        Arguments.of(
            "skl2onnx-columns-int64",
            List.of(
                column("amount", TensorType.FLOAT32, 0),
                column("mean", TensorType.FLOAT32, 1),
                column("n_1d", TensorType.INT64, 2),
                column("n_7d", TensorType.INT64, 3)),
            new ScoreOutput("probabilities", 1)),
        Arguments.of("skl2onnx-boosted-regressor", floats, new ScoreOutput("variable", 0)),
        Arguments.of(
            "lstm-sequence",
            List.of(new TensorInput("sequence", TensorType.FLOAT32, features(), List.of(2, 2))),
            score),
        Arguments.of("quantised-int8", floats, score),
        Arguments.of("torch-mlp-softmax", exported, new ScoreOutput("output", 2)),
        Arguments.of(
            "torch-lstm",
            List.of(new TensorInput("input", TensorType.FLOAT32, features(), List.of(2, 2))),
            new ScoreOutput("output", 0)),
        Arguments.of("ort-dynamic-int8", exported, new ScoreOutput("output", 0)),
        Arguments.of("ort-static-qdq-int8", exported, new ScoreOutput("output", 0)),
        Arguments.of(
            "skl2onnx-text-category",
            List.of(
                numbers("amounts", TensorType.FLOAT32),
                new TensorInput("kind", TensorType.STRING, List.of(new FeatureRef(null, "kind")))),
            score));
  }

  @AfterEach
  void everySessionIsClosed() {
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void scoresAreThoseOfTheLibraryThatTrainedIt(
      String name, List<TensorInput> inputs, ScoreOutput output) throws Exception {
    List<String[]> rows = rows(name);
    ModelContract contract = contract(name, inputs, output, rows.size());
    InputLayout layout = InputLayout.of(contract, VectorColumns.of(contract), SCHEMA);
    TensorRows tensors = new TensorRows(layout, rows.size());
    BatchScores scores = new BatchScores(rows.size());
    for (int row = 0; row < rows.size(); row++) {
      assertThat(tensors.write(row, vector(rows.get(row)))).isTrue();
    }
    try (OnnxScoringEngine engine =
        OnnxScoringEngine.open(
            contract, layout, bytes(name), ProviderChoice.CPU, SessionRegistry.ofProcess())) {
      engine.score(tensors, 0, rows.size(), scores);
    }

    for (int row = 0; row < rows.size(); row++) {
      String[] cells = rows.get(row);
      assertThat(scores.value(row))
          .as("row %d", row)
          .isCloseTo(Double.parseDouble(cells[cells.length - 1]), within(2e-6));
    }
  }

  @Test
  void entropyAndConfidenceAreThoseOfAllClasses() throws Exception {
    String name = "skl2onnx-mlp-softmax-double";
    List<TensorInput> inputs = List.of(numbers("X", TensorType.FLOAT64));
    double[][] byClass = new double[3][];
    float confidence = 0;
    float entropy = 0;
    for (int column = 0; column < byClass.length; column++) {
      ModelContract contract = contract(name, inputs, new ScoreOutput("probabilities", column), 1);
      InputLayout layout = InputLayout.ofItself(contract);
      TensorRows tensors = new TensorRows(layout, 1);
      BatchScores scores = new BatchScores(1);
      tensors.write(0, vector(rows(name).get(0)));
      try (OnnxScoringEngine engine =
          OnnxScoringEngine.open(
              contract, layout, bytes(name), ProviderChoice.CPU, SessionRegistry.ofProcess())) {
        engine.score(tensors, 0, 1, scores);
      }
      byClass[column] = new double[] {scores.value(0)};
      confidence = scores.confidence(0);
      entropy = scores.entropy(0);
    }

    double[] all = Arrays.stream(byClass).mapToDouble(of -> of[0]).toArray();
    assertThat(Arrays.stream(all).sum()).isCloseTo(1, within(1e-9));
    assertThat((double) confidence).isCloseTo(Arrays.stream(all).max().orElseThrow(), within(1e-6));
    assertThat((double) entropy)
        .isCloseTo(-Arrays.stream(all).map(p -> p * Math.log(p)).sum(), within(2e-3));
  }

  @Test
  void classThatAMapLacksIsRefusedWithThoseItHas() {
    String name = "skl2onnx-logistic-text-zipmap";
    ModelContract contract =
        contract(
            name,
            List.of(numbers("X", TensorType.FLOAT32)),
            new ScoreOutput("output_probability", 0, "theft"),
            4);

    assertThatThrownBy(
            () ->
                OnnxScoringEngine.open(
                    contract,
                    InputLayout.ofItself(contract),
                    bytes(name),
                    ProviderChoice.CPU,
                    SessionRegistry.ofProcess()))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("found the classes [fine, fraud, odd]");
  }

  @Test
  void classOfATensorIsRefused() {
    String name = "skl2onnx-forest-tensor";
    ModelContract contract =
        contract(
            name,
            List.of(numbers("X", TensorType.FLOAT32)),
            new ScoreOutput("probabilities", 0, "fraud"),
            4);

    assertThatThrownBy(
            () ->
                OnnxScoringEngine.open(
                    contract,
                    InputLayout.ofItself(contract),
                    bytes(name),
                    ProviderChoice.CPU,
                    SessionRegistry.ofProcess()))
        .hasMessageContaining("expected output probabilities[fraud] in a map of classes");
  }

  private static TensorInput numbers(String tensor, TensorType type) {
    return new TensorInput(tensor, type, features());
  }

  private static TensorInput column(String tensor, TensorType type, int feature) {
    return new TensorInput(tensor, type, List.of(features().get(feature)));
  }

  private static List<FeatureRef> features() {
    return IntStream.range(0, NUMBERS).mapToObj(i -> new FeatureRef(null, "f" + i)).toList();
  }

  private static ModelContract contract(
      String name, List<TensorInput> inputs, ScoreOutput output, int rows) {
    return TestModels.contract(
        name,
        TestModels.sha256(bytes(name)),
        inputs,
        output,
        TestModels.batch(rows),
        MissingPolicy.DEFAULT);
  }

  /** Four numbers, then perhaps a text. */
  private static FeatureVector vector(String[] cells) {
    boolean hasText = cells.length > NUMBERS + 1;
    double[] values = new double[hasText ? NUMBERS + 1 : NUMBERS];
    for (int i = 0; i < NUMBERS; i++) {
      values[i] = Double.parseDouble(cells[i]);
    }
    return hasText ? TestVectors.withText(cells[NUMBERS], values) : TestVectors.vector(1, values);
  }

  private static byte[] bytes(String name) {
    return TestModels.bytes("corpus/" + name);
  }

  private static List<String[]> rows(String name) throws IOException {
    String file = "models/corpus/" + name + ".csv";
    try (InputStream in = ConvertedModelsTest.class.getClassLoader().getResourceAsStream(file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().map(line -> line.split(",")).toList();
    }
  }
}
