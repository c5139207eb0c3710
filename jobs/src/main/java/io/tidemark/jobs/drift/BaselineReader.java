package io.tidemark.jobs.drift;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one model's {@code baseline.json} and tells everything that is wrong with it. */
final class BaselineReader {
  private static final int SCHEMA = 1;
  private static final int MAX_VALUES = 257;
  private static final double SHARES_TOLERANCE = 1e-6;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final ModelContract model;
  private final List<String> problems = new ArrayList<>();

  BaselineReader(ModelContract model) {
    this.model = model;
  }

  Baseline read(byte[] json) throws InvalidBaselineException {
    Document document = new Document();
    try (JsonParser parser = JSON.createParser(json)) {
      readDocument(parser, document);
    } catch (JsonProcessingException e) {
      problems.add(
          "line %d, column %d: %s"
              .formatted(
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("Reading from memory cannot fail", e);
    }
    if (!problems.isEmpty()) {
      throw new InvalidBaselineException(model, problems);
    }
    Baseline baseline = baseline(document);
    if (!problems.isEmpty()) {
      throw new InvalidBaselineException(model, problems);
    }
    return baseline;
  }

  private void readDocument(JsonParser parser, Document document) throws IOException {
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "schema" -> document.schema = wholeNumber(parser, value);
        case "model" -> document.model = text(parser, value);
        case "version" -> document.version = text(parser, value);
        case "features" -> {
          expect(parser, value, JsonToken.START_ARRAY, "a list of distributions");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            document.features.add(readDistribution(parser));
          }
        }
        case "score" -> document.score = readDistribution(parser);
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "expected nothing behind the object");
    }
  }

  private static Distribution readDistribution(JsonParser parser) throws IOException {
    expect(parser, parser.currentToken(), JsonToken.START_OBJECT, "a distribution");
    Distribution read = new Distribution();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "name" -> read.name = text(parser, value);
        case "rows" -> read.rows = wholeNumber(parser, value);
        case "missing" -> read.missing = wholeNumber(parser, value);
        case "values" -> read.values = numbers(parser, value);
        case "below" -> read.below = wholeNumbers(parser, value);
        case "upTo" -> read.upTo = wholeNumbers(parser, value);
        case "edges" -> read.edges = numbers(parser, value);
        case "shares" -> read.shares = numbers(parser, value);
        default -> parser.skipChildren(); // Moments, for people.
      }
    }
    return read;
  }

  private Baseline baseline(Document document) {
    List<String> columns = model.features().stream().map(FeatureRef::toString).toList();
    List<String> expected = columns.stream().distinct().toList();
    List<String> found = document.features.stream().map(feature -> feature.name).toList();
    require(document.schema == SCHEMA, "schema", "must be " + SCHEMA, document.schema);
    String name = model.metadata().name();
    require(name.equals(document.model), "model", "must be " + name, document.model);
    String version = model.metadata().version().toString();
    require(version.equals(document.version), "version", "must be " + version, document.version);
    require(
        found.equals(expected),
        "features",
        "must be the model's, in its order: " + String.join(", ", expected),
        String.join(", ", found));
    List<ReferenceDistribution> features = new ArrayList<>();
    for (Distribution feature : document.features) {
      features.add(reference("features." + feature.name, feature.name, feature));
    }
    ReferenceDistribution score = reference("score", "score", document.score);
    return problems.isEmpty()
        ? new Baseline(
            name, version, features, expected.stream().map(columns::indexOf).toList(), score)
        : new Baseline(name, version, List.of(), List.of(), score);
  }

  private ReferenceDistribution reference(String path, String name, Distribution found) {
    int before = problems.size();
    double[] values = found.values;
    require(found.rows > 0, path + ".rows", "must be more than 0", found.rows);
    require(found.missing >= 0, path + ".missing", "must be 0 or more", found.missing);
    require(
        values.length >= 1 && values.length <= MAX_VALUES,
        path + ".values",
        "must hold 1 to " + MAX_VALUES + " numbers",
        values.length + " numbers");
    requireAscending(path + ".values", values);
    requireLength(path + ".below", found.below.length, values.length, "values");
    requireLength(path + ".upTo", found.upTo.length, values.length, "values");
    require(found.edges.length >= 1, path + ".edges", "must hold a number", "none");
    requireAscending(path + ".edges", found.edges);
    requireLength(path + ".shares", found.shares.length, found.edges.length + 1, "bins");
    if (problems.size() == before) {
      requireCounts(path, found);
      double sum = Arrays.stream(found.shares).sum();
      require(
          Math.abs(sum - 1) <= SHARES_TOLERANCE
              && Arrays.stream(found.shares).allMatch(share -> share >= 0),
          path + ".shares",
          "must be 0 or more each and 1 together",
          sum);
    }
    return new ReferenceDistribution(
        name, found.rows, values, found.below, found.upTo, found.edges, found.shares);
  }

  /** Every listed value occurs, the first is the lowest and the last the highest. */
  private void requireCounts(String path, Distribution found) {
    long counted = 0;
    for (int i = 0; i < found.values.length; i++) {
      boolean first = i == 0;
      if (first ? found.below[i] != 0 : found.below[i] < counted) {
        String reason = first ? "must be 0" : "must not be less than upTo[" + (i - 1) + "]";
        require(false, path + ".below[" + i + "]", reason, found.below[i]);
        return;
      }
      if (found.upTo[i] <= found.below[i]) {
        String reason = "must be more than below[" + i + "], " + found.below[i];
        require(false, path + ".upTo[" + i + "]", reason, found.upTo[i]);
        return;
      }
      counted = found.upTo[i];
    }
    require(
        counted == found.rows,
        path + ".upTo[" + (found.upTo.length - 1) + "]",
        "must be rows, " + found.rows,
        counted);
  }

  private void requireAscending(String path, double[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      boolean ascends = i == 0 || numbers[i - 1] < numbers[i];
      if (!Double.isFinite(numbers[i]) || !ascends) {
        require(false, path + "[" + i + "]", "must be finite and ascend", numbers[i]);
        return;
      }
    }
  }

  private void requireLength(String path, int found, int expected, String of) {
    require(
        found == expected,
        path,
        "must hold " + expected + " numbers, as many as there are " + of,
        found + " numbers");
  }

  private void require(boolean holds, String path, String reason, @Nullable Object found) {
    if (!holds) {
      problems.add(path + ": " + reason + (found == null ? "" : " (found: " + found + ")"));
    }
  }

  private static void expect(
      JsonParser parser, @Nullable JsonToken found, JsonToken expected, String what)
      throws IOException {
    if (found != expected) {
      throw new JsonParseException(
          parser, "expected " + what + ", found " + (found == null ? "nothing" : found));
    }
  }

  private static String text(JsonParser parser, JsonToken value) throws IOException {
    expect(parser, value, JsonToken.VALUE_STRING, "a text");
    return parser.getText();
  }

  private static long wholeNumber(JsonParser parser, @Nullable JsonToken value) throws IOException {
    expect(parser, value, JsonToken.VALUE_NUMBER_INT, "a whole number");
    return parser.getLongValue();
  }

  private static double[] numbers(JsonParser parser, JsonToken value) throws IOException {
    expect(parser, value, JsonToken.START_ARRAY, "a list of numbers");
    double[] numbers = new double[16];
    int count = 0;
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      if (item != JsonToken.VALUE_NUMBER_FLOAT) {
        expect(parser, item, JsonToken.VALUE_NUMBER_INT, "a number");
      }
      numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
      numbers[count++] = parser.getDoubleValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  private static long[] wholeNumbers(JsonParser parser, JsonToken value) throws IOException {
    expect(parser, value, JsonToken.START_ARRAY, "a list of whole numbers");
    long[] numbers = new long[16];
    int count = 0;
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY;
        item = parser.nextToken()) {
      numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
      numbers[count++] = wholeNumber(parser, item);
    }
    return Arrays.copyOf(numbers, count);
  }

  /** The file as read, not yet known to make sense. */
  private static final class Document {
    long schema;
    @Nullable String model;
    @Nullable String version;
    final List<Distribution> features = new ArrayList<>();
    Distribution score = new Distribution();
  }

  private static final class Distribution {
    String name = "";
    long rows;
    long missing;
    double[] values = {};
    long[] below = {};
    long[] upTo = {};
    double[] edges = {};
    double[] shares = {};
  }
}
