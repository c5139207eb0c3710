package io.tidemark.jobs.score;

import io.tidemark.contract.Fallback;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.event.VectorColumns;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The models under {@code models/}, their contracts, and what they must answer. */
final class TestModels {
  static final double FALLBACK = -1;
  static final int COLUMNS = 15;
  static final ScoreOutput TREES_SCORE = new ScoreOutput("probabilities", 1);
  static final ScoreOutput MLP_SCORE = new ScoreOutput("score", 0);
  static final List<TensorInput> FIFTEEN = List.of(input("features", TensorType.FLOAT32, COLUMNS));
  static final List<TensorInput> TWO_INPUTS =
      List.of(input("amounts", TensorType.FLOAT64, 2), input("counts", TensorType.INT64, 1));

  private TestModels() {}

  static TensorInput input(String tensor, TensorType type, int columns) {
    return new TensorInput(
        tensor,
        type,
        IntStream.range(0, columns).mapToObj(i -> new FeatureRef(null, tensor + i)).toList());
  }

  static ModelContract trees(ModelContract.Batch batch) {
    return contract("trees", FIFTEEN, TREES_SCORE, batch);
  }

  static ModelContract mlp(ModelContract.Batch batch) {
    return contract("mlp", FIFTEEN, MLP_SCORE, batch);
  }

  static ModelContract contract(
      String model, List<TensorInput> inputs, ScoreOutput output, ModelContract.Batch batch) {
    return contract(model, sha256(bytes(model)), inputs, output, batch, MissingPolicy.DEFAULT);
  }

  static ModelContract contract(
      String model,
      String sha256,
      List<TensorInput> inputs,
      ScoreOutput output,
      ModelContract.Batch batch,
      MissingPolicy missing) {
    return new ModelContract(
        new Metadata(model, new SemanticVersion(1, 2, 0), "tests", ""),
        new TopicUri("events"),
        new ModelContract.Artifact(model + "/model.onnx", sha256),
        inputs,
        output,
        Map.of(),
        null,
        missing,
        batch,
        Duration.ofSeconds(30),
        FALLBACK);
  }

  static ModelContract withTimeout(ModelContract contract, Duration timeout) {
    return new ModelContract(
        contract.metadata(),
        contract.trigger(),
        contract.artifact(),
        contract.inputs(),
        contract.output(),
        contract.contracts(),
        contract.baseline(),
        contract.missing(),
        contract.batch(),
        timeout,
        contract.fallbackScore());
  }

  static ModelContract withFallback(ModelContract contract, Fallback fallback) {
    return new ModelContract(
        contract.metadata(),
        contract.trigger(),
        contract.artifact(),
        contract.inputs(),
        contract.output(),
        contract.contracts(),
        contract.baseline(),
        contract.golden(),
        contract.missing(),
        contract.batch(),
        contract.timeout(),
        fallback);
  }

  /** For vectors that have the model's own columns. */
  static InputLayout layout(ModelContract contract) {
    return InputLayout.of(contract, VectorColumns.of(contract), null);
  }

  /** Room for a batch of the model. */
  static TensorRows rows(ModelContract contract) {
    return new TensorRows(layout(contract), contract.batch().maxRows());
  }

  static ModelContract.Batch batch(int maxRows) {
    return new ModelContract.Batch(maxRows, Duration.ofMillis(2));
  }

  static byte[] bytes(String model) {
    try (InputStream in = resource("models/" + model + ".onnx")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Rows with the answer of XGBoost, NaN where a feature is missing. */
  static List<Expected> expectedOfTrees() {
    return expected(0);
  }

  /** Rows without missing features, with the answer of numpy. */
  static List<Expected> expectedOfMlp() {
    return expected(1).stream().filter(row -> !row.hasNaN()).toList();
  }

  private static List<Expected> expected(int answer) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(resource("models/expected.csv"), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> line.split(","))
          .map(
              cells ->
                  new Expected(
                      IntStream.range(0, COLUMNS)
                          .mapToDouble(i -> Double.parseDouble(cells[i]))
                          .toArray(),
                      Double.parseDouble(cells[COLUMNS + answer])))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) {
    return TestModels.class.getClassLoader().getResourceAsStream(name);
  }

  record Expected(double[] features, double score) {
    FeatureVector vector(long id) {
      return TestVectors.vector(id, features);
    }

    private boolean hasNaN() {
      return IntStream.range(0, features.length).anyMatch(i -> Double.isNaN(features[i]));
    }
  }
}
