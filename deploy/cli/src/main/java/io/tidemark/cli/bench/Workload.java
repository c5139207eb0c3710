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
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Aggregates over trailing windows by customer, as contracts. They are written here and not read
 * from the contracts folder, so that figures stay comparable when somebody changes that.
 *
 * @param columns what a vector holds, in order
 */
record Workload(List<Column> columns) {
  private static final ValueExpression AMOUNT = new ValueExpression.Field("amount");
  private static final ValueExpression TERMINAL = new ValueExpression.Field("terminal_id");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration THIRTY_DAYS = Duration.ofDays(30);
  private static final List<Duration> MONTH_WINDOWS = List.of(DAY, WEEK, THIRTY_DAYS);

  /** What the one CEL expression makes of the amount. */
  static final double EXPRESSION_FACTOR = 2;

  /** Rank of the quantile. */
  static final double MEDIAN = 0.5;

  /** Count and average of the amount over one, seven and thirty days. */
  static final Workload MONTH = of(MONTH_WINDOWS, new Aggregate(AggregateKind.AVG, AMOUNT));

  /** The same with the maximum for the average. */
  static final Workload MAXIMA = of(MONTH_WINDOWS, new Aggregate(AggregateKind.MAX, AMOUNT));

  /** The same with the median for the average. */
  static final Workload MEDIANS =
      of(MONTH_WINDOWS, new Aggregate(AggregateKind.QUANTILE, List.of(MEDIAN), AMOUNT, null));

  /** The same with the average of a CEL expression. */
  static final Workload EXPRESSION =
      of(
          MONTH_WINDOWS,
          new Aggregate(
              AggregateKind.AVG, new ValueExpression.Computed("amount * " + EXPRESSION_FACTOR)));

  /** The nine aggregates of a contract as people write them. */
  static final Workload NINE =
      new Workload(
          List.of(
              new Column(new Aggregate(AggregateKind.COUNT, null), DAY),
              new Column(new Aggregate(AggregateKind.AVG, AMOUNT), DAY),
              new Column(new Aggregate(AggregateKind.COUNT, null), WEEK),
              new Column(new Aggregate(AggregateKind.AVG, AMOUNT), WEEK),
              new Column(new Aggregate(AggregateKind.MAX, AMOUNT), WEEK),
              new Column(new Aggregate(AggregateKind.COUNT, null), THIRTY_DAYS),
              new Column(new Aggregate(AggregateKind.AVG, AMOUNT), THIRTY_DAYS),
              new Column(new Aggregate(AggregateKind.STDDEV, AMOUNT), THIRTY_DAYS),
              new Column(
                  new Aggregate(AggregateKind.DISTINCT, List.of(256.0), TERMINAL, null),
                  THIRTY_DAYS)));

  static final EventSchema SCHEMA = new EventSchema(event());
  static final int AMOUNT_SLOT = SCHEMA.slot(SCHEMA.fieldIndex("amount"));
  static final int CUSTOMER_SLOT = SCHEMA.slot(SCHEMA.fieldIndex("customer_id"));
  static final EntityKey KEY = new EntityKey(SCHEMA, List.of("customer_id"));

  private static final TopicUri TOPIC = new TopicUri("payments");
  private static final String CONTRACT = "spending";

  Workload {
    columns = List.copyOf(columns);
  }

  /** One aggregate over a trailing window of whole seconds. */
  record Column(Aggregate aggregate, Duration window) implements Serializable {

    /** Whether the answer is a whole number, which no way of computing it may change. */
    boolean isCount() {
      return aggregate.kind() == AggregateKind.COUNT || aggregate.kind() == AggregateKind.DISTINCT;
    }
  }

  /** A count and another aggregate over each window. */
  private static Workload of(List<Duration> windows, Aggregate other) {
    List<Column> columns = new ArrayList<>();
    for (Duration window : windows) {
      columns.add(new Column(new Aggregate(AggregateKind.COUNT, null), window));
      columns.add(new Column(other, window));
    }
    return new Workload(columns);
  }

  /** {@link #MONTH} with another longest window; whole seconds. */
  static Workload ofLongest(Duration longest) {
    return of(
        MONTH_WINDOWS.stream()
            .map(window -> Duration.ofSeconds(longest.toSeconds() / 30 * window.toDays()))
            .toList(),
        new Aggregate(AggregateKind.AVG, AMOUNT));
  }

  /** Names of a vector's columns. */
  VectorColumns vectorColumns() {
    return new VectorColumns(
        IntStream.range(0, columns.size())
            .mapToObj(i -> new FeatureRef(CONTRACT, name(i)).toString())
            .toList());
  }

  private static String name(int column) {
    return "feature_" + column;
  }

  /** The distinct windows. */
  List<Duration> windows() {
    return columns.stream().map(Column::window).distinct().toList();
  }

  long[] windowMillis() {
    return windows().stream().mapToLong(Duration::toMillis).toArray();
  }

  WindowedFeatures features() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      features.add(
          new Feature(
              name(i),
              column.isCount() ? FieldType.INT : FieldType.DOUBLE,
              new WindowedAggregate(column.aggregate(), new Trailing(column.window())),
              null,
              0.0,
              null));
    }
    FeatureContract contract =
        new FeatureContract(metadata(CONTRACT), List.of("customer_id"), TOPIC, features);
    return Objects.requireNonNull(WindowedFeatures.of(vectorColumns(), contract, SCHEMA));
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
