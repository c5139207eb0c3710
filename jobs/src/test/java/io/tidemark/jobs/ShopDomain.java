package io.tidemark.jobs;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.Pii;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.event.EventSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small domain for tests: purchases by users (who may be unknown) in shops, features by user, by
 * shop with a delay, and by both.
 */
public final class ShopDomain {
  public static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(30);

  private static final TopicUri TOPIC = new TopicUri("purchases");

  private ShopDomain() {}

  public static EventContract event() {
    return event(null);
  }

  /** The same purchases by users who are persons, whose names go to no table. */
  static EventContract eventOfPersons() {
    return event(Pii.MASK);
  }

  private static EventContract event(@Nullable Pii user) {
    return new EventContract(
        metadata("purchases"),
        TOPIC,
        new TopicUri("purchases_rejected"),
        new TopicUri("purchases_late"),
        EventFormat.JSON,
        "id",
        new EventTime(
            "at",
            OUT_OF_ORDERNESS,
            Duration.ofSeconds(30),
            Duration.ZERO,
            Instant.parse("2000-01-01T00:00:00Z"),
            Duration.ofHours(1)),
        List.of(
            field("id", FieldType.LONG, false),
            field("at", FieldType.TIMESTAMP, false),
            new EventField("user", FieldType.STRING, true, null, null, user),
            field("shop", FieldType.LONG, false),
            field("amount", FieldType.DOUBLE, true)));
  }

  public static List<FeatureContract> features() {
    Window hour = new Trailing(Duration.ofHours(1));
    Window day = new Trailing(Duration.ofDays(1));
    Window dayDelayed = new Trailing(Duration.ofDays(1), Duration.ofHours(6), null);
    return List.of(
        contract(
            "by_pair",
            List.of("user", "shop"),
            aggregate("n_1h", AggregateKind.COUNT, null, hour, null)),
        contract(
            "by_shop",
            List.of("shop"),
            aggregate("n_1d", AggregateKind.COUNT, null, dayDelayed, null),
            aggregate("avg_1d", AggregateKind.AVG, "amount", dayDelayed, -1.0)),
        contract(
            "by_user",
            List.of("user"),
            aggregate("n_1h", AggregateKind.COUNT, "amount", hour, null),
            aggregate("sum_1d", AggregateKind.SUM, "amount", day, null),
            aggregate("avg_1d", AggregateKind.AVG, "amount", day, null)));
  }

  public static ModelContract model() {
    List<FeatureRef> inputs =
        List.of(
            new FeatureRef(null, "amount"),
            new FeatureRef("by_user", "n_1h"),
            new FeatureRef("by_user", "sum_1d"),
            new FeatureRef("by_user", "avg_1d"),
            new FeatureRef("by_shop", "n_1d"),
            new FeatureRef("by_shop", "avg_1d"),
            new FeatureRef("by_pair", "n_1h"));
    return new ModelContract(
        metadata("shop_model"),
        TOPIC,
        new ModelContract.Artifact("shop_model.onnx", "0".repeat(64)),
        List.of(new TensorInput("features", TensorType.FLOAT32, inputs)),
        new ScoreOutput("score", 0),
        Map.of("by_user", 1, "by_shop", 1, "by_pair", 1),
        null,
        MissingPolicy.DEFAULT,
        new ModelContract.Batch(16, Duration.ofMillis(2)),
        Duration.ofMillis(350),
        0);
  }

  public static ScoringPlan plan() {
    return new ScoringPlan(model(), new EventSchema(event()), features());
  }

  private static Metadata metadata(String name) {
    return new Metadata(name, new SemanticVersion(1, 0, 0), "tests", "For tests.");
  }

  private static EventField field(String name, FieldType type, boolean optional) {
    return new EventField(name, type, optional, null, null, null);
  }

  private static FeatureContract contract(String name, List<String> entity, Feature... features) {
    return new FeatureContract(metadata(name), entity, TOPIC, List.of(features));
  }

  private static Feature aggregate(
      String name,
      AggregateKind kind,
      @Nullable String of,
      Window window,
      @Nullable Double defaultValue) {
    FieldType type = kind == AggregateKind.COUNT ? FieldType.INT : FieldType.DOUBLE;
    ValueExpression value = of == null ? null : new ValueExpression.Field(of);
    FeatureDefinition definition = new WindowedAggregate(new Aggregate(kind, value), window);
    return new Feature(name, type, definition, null, defaultValue, null);
  }
}
