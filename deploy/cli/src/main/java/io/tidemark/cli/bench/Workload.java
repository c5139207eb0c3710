package io.tidemark.cli.bench;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TopicUri;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Count and average of the amount over three trailing windows by customer, as contracts. They are
 * written here and not read from the contracts folder, so that figures stay comparable when
 * somebody changes that.
 *
 * @param windows sizes, ascending; column 2i of a vector holds the count of window i, the next one
 *     its average
 */
record Workload(List<Duration> windows) {
  /** One, seven and thirty days. */
  static final Workload MONTH =
      new Workload(List.of(Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30)));

  static final EventSchema SCHEMA = new EventSchema(event());
  static final int AMOUNT_SLOT = SCHEMA.slot(SCHEMA.fieldIndex("amount"));
  static final int CUSTOMER_SLOT = SCHEMA.slot(SCHEMA.fieldIndex("customer_id"));
  static final EntityKey KEY = new EntityKey(SCHEMA, List.of("customer_id"));

  private static final TopicUri TOPIC = new TopicUri("payments");
  private static final String CONTRACT = "spending";

  Workload {
    windows = List.copyOf(windows);
  }

  /** The same shape with another longest window; whole seconds. */
  static Workload ofLongest(Duration longest) {
    return new Workload(
        MONTH.windows.stream()
            .map(window -> Duration.ofSeconds(longest.toSeconds() / 30 * window.toDays()))
            .toList());
  }

  /** Names of a vector's columns. */
  VectorColumns columns() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      names.add(new FeatureRef(CONTRACT, "nb_" + i).toString());
      names.add(new FeatureRef(CONTRACT, "avg_" + i).toString());
    }
    return new VectorColumns(names);
  }

  long[] windowMillis() {
    return windows.stream().mapToLong(Duration::toMillis).toArray();
  }

  WindowedFeatures features() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Window window = new Trailing(windows.get(i));
      features.add(feature("nb_" + i, FieldType.INT, AggregateKind.COUNT, null, window));
      features.add(feature("avg_" + i, FieldType.DOUBLE, AggregateKind.AVG, "amount", window));
    }
    FeatureContract contract =
        new FeatureContract(metadata(CONTRACT), List.of("customer_id"), TOPIC, features);
    return Objects.requireNonNull(WindowedFeatures.of(columns(), contract, SCHEMA));
  }

  private static Feature feature(
      String name, FieldType type, AggregateKind kind, @Nullable String of, Window window) {
    ValueExpression value = of == null ? null : new ValueExpression.Field(of);
    Aggregate aggregate = new Aggregate(kind, value);
    return new Feature(name, type, new WindowedAggregate(aggregate, window), null, null, null);
  }

  private static EventContract event() {
    return new EventContract(
        metadata("payments"),
        new TopicUri("payments"),
        new TopicUri("payments_rejected"),
        new TopicUri("payments_late"),
        EventFormat.JSON,
        "transaction_id",
        new EventTime(
            "tx_datetime",
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ZERO,
            Instant.parse("2000-01-01T00:00:00Z"),
            Duration.ofHours(1)),
        List.of(
            field("transaction_id", FieldType.LONG),
            field("tx_datetime", FieldType.TIMESTAMP),
            field("customer_id", FieldType.STRING),
            field("terminal_id", FieldType.STRING),
            field("amount", FieldType.DOUBLE),
            field("fraud", FieldType.INT)));
  }

  private static EventField field(String name, FieldType type) {
    return new EventField(name, type, false, null, null, null);
  }

  private static Metadata metadata(String name) {
    return new Metadata(name, new SemanticVersion(1, 0, 0), "tidemark", "For benchmarks.");
  }
}
