package io.tidemark.jobs.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Writes {@code baseline.json} as {@code notebooks/baseline.py} does, of any values. */
final class TestBaselines {
  private static final int STEPS = 256;

  private TestBaselines() {}

  /** The baseline of a model, as the job reads it. */
  static Baseline of(ModelContract model, List<double[]> features, double[] score)
      throws InvalidBaselineException {
    return Baseline.read(json(model, features, score).getBytes(UTF_8), model);
  }

  /** A distribution as the job reads it. */
  static ReferenceDistribution of(double[] values) throws InvalidBaselineException {
    ModelContract model = model("1.0.0");
    return Baseline.read(json(model, List.of(), values).getBytes(UTF_8), model).score();
  }

  static ModelContract model(String version, String... features) {
    return modelNamed("shop", version, features);
  }

  static ModelContract modelNamed(String name, String version, String... features) {
    String[] numbers = version.split("\\.");
    return new ModelContract(
        new Metadata(
            name,
            new SemanticVersion(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2])),
            "tests",
            ""),
        new TopicUri("events"),
        new ModelContract.Artifact(name + "/model.onnx", "0".repeat(64)),
        List.of(
            new TensorInput(
                "features",
                TensorType.FLOAT32,
                Stream.of(features).map(feature -> new FeatureRef(null, feature)).toList())),
        new ScoreOutput("score", 0),
        Map.of(),
        name + "/" + version + "/baseline.json",
        MissingPolicy.DEFAULT,
        new ModelContract.Batch(8, Duration.ofMillis(2)),
        Duration.ofSeconds(1),
        0);
  }

  static String json(ModelContract model, List<double[]> features, double[] score) {
    List<String> names = model.features().stream().map(FeatureRef::toString).distinct().toList();
    String entries =
        IntStream.range(0, names.size())
            .mapToObj(
                i ->
                    "{\"name\": \"%s\", %s}".formatted(names.get(i), distribution(features.get(i))))
            .collect(Collectors.joining(",\n"));
    return """
        {"schema": 1, "model": "%s", "version": "%s",
        "period": {"from": "2018-07-01T00:00:00+00:00", "to": "2018-07-08T00:00:00+00:00"},
        "features": [
        %s
        ],
        "score": {%s}}
        """
        .formatted(
            model.metadata().name(), model.metadata().version(), entries, distribution(score));
  }

  private static String distribution(double[] values) {
    double[] finite = finite(values);
    int rows = finite.length;
    double[] distinct = Arrays.stream(finite).distinct().toArray();
    double[] kept = distinct;
    if (distinct.length > STEPS + 1) {
      kept =
          IntStream.rangeClosed(0, STEPS)
              .mapToLong(i -> Math.max(-Math.floorDiv(-(long) i * rows, STEPS), 1) - 1)
              .mapToDouble(rank -> finite[(int) rank])
              .distinct()
              .toArray();
    }
    double[] edges =
        IntStream.rangeClosed(1, 9)
            .mapToDouble(i -> quantile(finite, i / 10.0))
            .distinct()
            .toArray();
    List<Double> shares = new ArrayList<>();
    long before = 0;
    for (double edge : edges) {
      shares.add((double) (upTo(finite, edge) - before) / rows);
      before = upTo(finite, edge);
    }
    shares.add((double) (rows - before) / rows);
    return "\"rows\": %d, \"missing\": %d, \"values\": %s, \"below\": %s, \"upTo\": %s, \"edges\": %s, \"shares\": %s"
        .formatted(
            rows,
            values.length - rows,
            list(kept),
            Arrays.toString(Arrays.stream(kept).mapToLong(v -> below(finite, v)).toArray()),
            Arrays.toString(Arrays.stream(kept).mapToLong(v -> upTo(finite, v)).toArray()),
            list(edges),
            shares);
  }

  static double[] finite(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).map(v -> v + 0.0).sorted().toArray();
  }

  /** Linear interpolation between order statistics, rounded as numpy does. */
  private static double quantile(double[] ascending, double share) {
    double position = share * (ascending.length - 1);
    int index = (int) Math.floor(position);
    double low = ascending[index];
    double high = ascending[Math.min(index + 1, ascending.length - 1)];
    double part = position - index;
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
  }

  static long below(double[] ascending, double value) {
    int index = Arrays.binarySearch(ascending, value);
    while (index > 0 && ascending[index - 1] == value) {
      index--;
    }
    return index < 0 ? -index - 1 : index;
  }

  static long upTo(double[] ascending, double value) {
    int index = Arrays.binarySearch(ascending, value);
    while (index >= 0 && index + 1 < ascending.length && ascending[index + 1] == value) {
      index++;
    }
    return index < 0 ? -index - 1 : index + 1;
  }

  private static String list(double[] numbers) {
    return DoubleStream.of(numbers).mapToObj(Double::toString).toList().toString();
  }

  static long[] counts(ReferenceDistribution distribution, double[] values) {
    long[] counts = new long[distribution.cells()];
    for (double value : finite(values)) {
      counts[distribution.cell(value)]++;
    }
    return counts;
  }

  static long sum(long[] counts) {
    return LongStream.of(counts).sum();
  }
}
