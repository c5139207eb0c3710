package io.tidemark.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.AggregateKind.Operand;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
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
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.NaiveWindows;
import io.tidemark.jobs.feature.NaiveWindows.Timed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Purchases and features of their users, drawn by a seed: aggregates of every kind over windows of
 * every kind, of fields and expressions, filtered and not, and ratios of them; and what they are,
 * computed from lists. Sixteen features per seed; eleven seeds in a row have every aggregate over
 * every window.
 */
public final class WindowDomain {
  public static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(30);
  public static final EventSchema SCHEMA = new EventSchema(event());

  private static final JsonEventDecoder DECODER = new JsonEventDecoder(SCHEMA, Clock.systemUTC());
  private static final int FEATURES = 16;
  private static final double DEFAULT = -7.5;

  private static final List<Value> NUMBERS =
      List.of(
          new Value(new ValueExpression.Field("amount"), Purchase::amountOrNaN),
          new Value(new ValueExpression.Field("shop"), Purchase::shop),
          new Value(
              new ValueExpression.Computed("amount * 2.0 - 100.0"),
              purchase -> purchase.amountOrNaN() * 2 - 100),
          new Value(
              new ValueExpression.Computed("amount / double(shop)"),
              purchase -> purchase.amountOrNaN() / purchase.shop));

  /** Any numbers do for texts, as long as they are told apart. */
  private static final Value TEXT =
      new Value(
          new ValueExpression.Field("country"),
          purchase -> purchase.country == null ? Double.NaN : purchase.country.hashCode());

  private static final Value EVENT = new Value(null, purchase -> 1);

  private static final List<Filter> FILTERS =
      List.of(
          new Filter(null, purchase -> true),
          new Filter("amount > 50.0", purchase -> purchase.amountOrNaN() > 50),
          new Filter("shop % 2 == 0", purchase -> purchase.shop % 2 == 0),
          new Filter("country == 'DE'", purchase -> "DE".equals(purchase.country)));

  private static final List<Window> WINDOWS =
      List.of(
          new Trailing(Duration.ofHours(1)),
          new Trailing(Duration.ofMinutes(30), Duration.ofMinutes(20), null),
          new Trailing(Duration.ofHours(2), Duration.ZERO, Duration.ofMinutes(5)),
          new Trailing(Duration.ofHours(1), Duration.ofMinutes(7), Duration.ofMinutes(15)),
          new Tumbling(Duration.ofHours(1), Duration.ofMinutes(10)),
          new Session(Duration.ofMinutes(3), Duration.ofMinutes(40)),
          new Lifetime(),
          new Trailing(Duration.ofSeconds(90)));

  /** Such as tiles serve once a user has some hundreds of purchases, and one that they do not. */
  private static final List<Window> HOPPING =
      List.of(
          hopping(Duration.ofHours(12), Duration.ZERO, Duration.ofMinutes(30)),
          hopping(Duration.ofHours(8), Duration.ofMinutes(7), Duration.ofMinutes(30)),
          hopping(Duration.ofHours(18), Duration.ZERO, Duration.ofHours(2)),
          new Trailing(Duration.ofMinutes(40)));

  /** The first of them. */
  private static final int HOPPING_ONES = 3;

  private final List<Wish> wishes;

  private WindowDomain(List<Wish> wishes) {
    this.wishes = List.copyOf(wishes);
  }

  /** A purchase; in seconds, so that many have the same time. */
  public record Purchase(
      long id,
      long millis,
      @Nullable String user,
      long shop,
      @Nullable Double amount,
      @Nullable String country) {
    private double amountOrNaN() {
      return amount == null ? Double.NaN : amount;
    }

    /** As the topic has it. */
    public Event event() {
      String json =
          "{\"id\":"
              + id
              + ",\"at\":\""
              + Instant.ofEpochMilli(millis)
              + "\",\"shop\":"
              + shop
              + (user == null ? "" : ",\"user\":\"" + user + "\"")
              + (amount == null ? "" : ",\"amount\":" + amount)
              + (country == null ? "" : ",\"country\":\"" + country + "\"")
              + "}";
      return Objects.requireNonNull(
          DECODER.decode(json.getBytes(UTF_8), new Origin("test", 0, 0, 0)).event());
    }

    /** As a file has it, behind {@link #CSV_HEADER}. */
    String csv() {
      return id
          + ","
          + Instant.ofEpochMilli(millis)
          + ","
          + (user == null ? "" : user)
          + ","
          + shop
          + ","
          + (amount == null ? "" : amount)
          + ","
          + (country == null ? "" : country);
    }
  }

  static final String CSV_HEADER = "id,at,user,shop,amount,country";

  /** What is aggregated, as contracts say it and as it is computed here. */
  private record Value(@Nullable ValueExpression expression, ToDoubleFunction<Purchase> computed) {}

  private record Filter(@Nullable String expression, Predicate<Purchase> passes) {}

  private record Part(Aggregate aggregate, Value value, Filter filter) {
    List<Timed> values(List<Purchase> inside) {
      return inside.stream()
          .filter(filter.passes)
          .map(purchase -> new Timed(purchase.millis, value.computed.applyAsDouble(purchase)))
          .toList();
    }
  }

  private record Wish(Feature feature, Window window, List<Part> parts) {}

  public static WindowDomain of(int seed) {
    return of(seed, WINDOWS);
  }

  /** The same with windows that hop, one at least; six in a row have all aggregates over all. */
  public static WindowDomain hopping(int seed) {
    return of(seed, HOPPING)
        .with("hopping", AggregateKind.COUNT, null, null, HOPPING.get(seed % HOPPING_ONES));
  }

  private static Window hopping(Duration size, Duration delay, Duration hop) {
    return new Trailing(size, delay, hop);
  }

  private static WindowDomain of(int seed, List<Window> windows) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Wish> wishes = new ArrayList<>();
    AggregateKind[] kinds = AggregateKind.values();
    for (int i = 0; i < FEATURES; i++) {
      int number = seed * FEATURES + i;
      Window window = windows.get(number / kinds.length % windows.size());
      Part part = part(kinds[number % kinds.length], random);
      wishes.add(
          new Wish(
              feature("f" + i, new WindowedAggregate(part.aggregate, window), random),
              window,
              List.of(part)));
    }
    Window window = windows.get(seed % windows.size());
    Part above = part(AggregateKind.SUM, random);
    Part below = part(AggregateKind.COUNT, random);
    wishes.add(
        new Wish(
            feature("ratio", new WindowedRatio(above.aggregate, below.aggregate, window), random),
            window,
            List.of(above, below)));
    return new WindowDomain(wishes);
  }

  /** No features, to which some can be added by name. */
  public static WindowDomain empty() {
    return new WindowDomain(List.of());
  }

  /**
   * The same with one feature more, at the end.
   *
   * @param of {@code amount}, {@code shop}, {@code country} or an expression of this class; null
   *     for the events themselves
   * @param where a filter of this class; null for none
   */
  public WindowDomain with(
      String name, AggregateKind kind, @Nullable String of, @Nullable String where, Window window) {
    Value value =
        of == null
            ? EVENT
            : Stream.concat(NUMBERS.stream(), Stream.of(TEXT))
                .filter(each -> Objects.requireNonNull(each.expression).text().equals(of))
                .findFirst()
                .orElseThrow();
    Filter filter =
        FILTERS.stream()
            .filter(each -> Objects.equals(each.expression, where))
            .findFirst()
            .orElseThrow();
    Part part =
        new Part(
            new Aggregate(kind, List.of(), value.expression, filter.expression), value, filter);
    Feature feature =
        new Feature(
            name,
            FieldType.DOUBLE,
            new WindowedAggregate(part.aggregate, window),
            null,
            null,
            null);
    return without(name).and(new Wish(feature, window, List.of(part)));
  }

  /** The same with another name for a feature, which says so, at the end. */
  public WindowDomain renamed(String from, String to) {
    Wish wish = wish(from);
    Feature was = wish.feature;
    Feature is =
        new Feature(
            to,
            was.type(),
            was.definition(),
            was.freshness(),
            was.defaultValue(),
            was.check(),
            from);
    return without(from).and(new Wish(is, wish.window, wish.parts));
  }

  private Wish wish(String name) {
    return wishes.stream()
        .filter(each -> each.feature.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The same with another type for a feature, at the end. */
  public WindowDomain typed(String name, FieldType type) {
    Wish wish = wish(name);
    Feature was = wish.feature;
    Feature is =
        new Feature(
            name,
            type,
            was.definition(),
            was.freshness(),
            was.defaultValue(),
            was.check(),
            was.renamedFrom());
    return without(name).and(new Wish(is, wish.window, wish.parts));
  }

  /** The same without a feature, if there is one of the name. */
  public WindowDomain without(String name) {
    return new WindowDomain(
        wishes.stream().filter(wish -> !wish.feature.name().equals(name)).toList());
  }

  /** The same, the other way round. */
  public WindowDomain reversed() {
    List<Wish> turned = new ArrayList<>(wishes);
    Collections.reverse(turned);
    return new WindowDomain(turned);
  }

  private WindowDomain and(Wish wish) {
    return new WindowDomain(Stream.concat(wishes.stream(), Stream.of(wish)).toList());
  }

  /** Names of the features, in order. */
  public List<String> names() {
    return wishes.stream().map(wish -> wish.feature.name()).toList();
  }

  private static Part part(AggregateKind kind, SplittableRandom random) {
    Operand operand = kind.operand();
    Value value = NUMBERS.get(random.nextInt(NUMBERS.size()));
    if ((operand == Operand.ANYTHING || operand == Operand.NUMBER_OR_EVENTS)
        && random.nextInt(3) == 0) {
      value = EVENT;
    } else if ((operand == Operand.ANYTHING || operand == Operand.NUMBER_OR_TEXT)
        && random.nextBoolean()) {
      value = TEXT;
    }
    List<Double> parameters =
        switch (kind.parameter()) {
          case NONE -> List.of();
          case K -> List.of(3.0);
          case EXACT_UP_TO -> List.of(2_000.0);
          case QUANTILE -> List.of(random.nextInt(11) / 10.0);
          case EDGES -> List.of(0.0, 2.0, 50.0);
          case HALF_LIFE -> List.of(600_000.0);
        };
    Filter filter = FILTERS.get(random.nextInt(FILTERS.size()));
    return new Part(
        new Aggregate(kind, parameters, value.expression, filter.expression), value, filter);
  }

  private static Feature feature(
      String name, FeatureDefinition definition, SplittableRandom random) {
    return new Feature(
        name, FieldType.DOUBLE, definition, null, random.nextBoolean() ? DEFAULT : null, null);
  }

  private static EventContract event() {
    return new EventContract(
        metadata("purchases"),
        new TopicUri("purchases"),
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
            field("user", FieldType.STRING, true),
            field("shop", FieldType.LONG, false),
            field("amount", FieldType.DOUBLE, true),
            field("country", FieldType.STRING, true)));
  }

  private static EventField field(String name, FieldType type, boolean optional) {
    return new EventField(name, type, optional, null, null, null);
  }

  private static Metadata metadata(String name) {
    return new Metadata(name, new SemanticVersion(1, 0, 0), "tests", "For tests.");
  }

  /** The features, by user. */
  public FeatureContract contract() {
    return new FeatureContract(
        metadata("by_user"),
        List.of("user"),
        new TopicUri("purchases"),
        wishes.stream().map(Wish::feature).toList());
  }

  /** One column per number of each feature. */
  public VectorColumns columns() {
    return new VectorColumns(refs().stream().map(FeatureRef::toString).toList());
  }

  /** A job that computes all of them. */
  ScoringPlan plan() {
    ModelContract model =
        new ModelContract(
            metadata("all_windows"),
            new TopicUri("purchases"),
            new ModelContract.Artifact("all_windows.onnx", "0".repeat(64)),
            List.of(new TensorInput("features", TensorType.FLOAT32, refs())),
            new ScoreOutput("score", 0),
            Map.of("by_user", 1),
            null,
            MissingPolicy.DEFAULT,
            new ModelContract.Batch(16, Duration.ofMillis(2)),
            Duration.ofMillis(350),
            0);
    return new ScoringPlan(model, SCHEMA, List.of(contract()));
  }

  private List<FeatureRef> refs() {
    return wishes.stream()
        .flatMap(wish -> wish.feature.columns().stream())
        .map(column -> new FeatureRef("by_user", column))
        .toList();
  }

  /**
   * In the order of arrival: shuffled within the out-of-orderness, some of one time, some sent
   * twice, some without a user, a value or a country, and now and then a pause.
   */
  public static List<Purchase> purchases(int seed, int count, int users) {
    SplittableRandom random = new SplittableRandom(seed);
    record Arrival(long millis, Purchase purchase) {}
    List<Arrival> arrivals = new ArrayList<>();
    long millis = Instant.parse("2024-02-27T20:00:00Z").toEpochMilli();
    for (int i = 0; i < count; i++) {
      millis += 1_000L * (random.nextInt(3) == 0 ? 0 : random.nextInt(120 / users));
      if (random.nextInt(100) == 0) {
        millis += random.nextLong(3_600_000);
      }
      Purchase purchase =
          new Purchase(
              random.nextInt(1_000_000) * 100_000L + i,
              millis,
              random.nextInt(30) == 0 ? null : "u" + random.nextInt(users),
              random.nextInt(8),
              switch (random.nextInt(12)) {
                case 0 -> null;
                case 1 -> 0.0;
                case 2 -> -1.0 * random.nextInt(5);
                case 3 -> random.nextDouble() * 1e9;
                default -> random.nextInt(10_000) / 100.0;
              },
              random.nextInt(10) == 0 ? null : List.of("DE", "FR", "IT").get(random.nextInt(3)));
      arrivals.add(new Arrival(millis + random.nextLong(OUT_OF_ORDERNESS.toMillis()), purchase));
      // Nothing tells a purchase without a user from one sent twice: no operator has it.
      if (purchase.user != null && random.nextInt(40) == 0) {
        arrivals.add(new Arrival(millis + random.nextLong(OUT_OF_ORDERNESS.toMillis()), purchase));
      }
    }
    arrivals.sort(Comparator.comparingLong(Arrival::millis));
    return arrivals.stream().map(Arrival::purchase).toList();
  }

  /** The purchases that count in event-time order: each once, by time and id. */
  public static List<Purchase> inEventTime(List<Purchase> arrived) {
    Set<Long> seen = new HashSet<>();
    return arrived.stream()
        .sorted(Comparator.comparingLong(Purchase::millis).thenComparingLong(Purchase::id))
        .filter(purchase -> seen.add(purchase.id))
        .toList();
  }

  /**
   * Checks the numbers of one purchase's columns.
   *
   * @param past the purchases that had come, in their order, this one included
   */
  public void check(String where, Purchase asking, List<Purchase> past, List<Double> found) {
    List<Purchase> ofUser =
        asking.user == null
            ? List.of()
            : past.stream().filter(purchase -> asking.user.equals(purchase.user)).toList();
    List<Purchase> known = ofUser.subList(0, ofUser.indexOf(asking) + 1);
    int column = 0;
    for (Wish wish : wishes) {
      int width = wish.feature.definition().width();
      String what = where + ", " + asking + ", " + wish.feature;
      if (asking.user == null) {
        assertNone(what, wish, found.subList(column, column + width));
      } else {
        check(what, wish, known, asking.millis, found.subList(column, column + width));
      }
      column += width;
    }
    assertThat(found).hasSize(column);
  }

  /**
   * Checks what the statuses of a vector promise, in a job that was restored from one with other
   * features: what is complete is right, and what the job has seen all events for is complete.
   *
   * @param past the purchases that had come, in their order, this one included
   * @param restoredMillis latest time of an event of the user before the restore
   * @return how many features were complete
   */
  public int checkComplete(
      String where,
      Purchase asking,
      List<Purchase> past,
      FeatureVector vector,
      long restoredMillis) {
    List<Purchase> ofUser =
        past.stream().filter(purchase -> Objects.equals(asking.user, purchase.user)).toList();
    List<Purchase> known = ofUser.subList(0, ofUser.indexOf(asking) + 1);
    int column = 0;
    int complete = 0;
    for (Wish wish : wishes) {
      int end = column + wish.feature.definition().width();
      String what = where + ", " + asking + ", " + wish.feature + " after " + restoredMillis;
      boolean warming =
          IntStream.range(column, end).anyMatch(i -> vector.status(i) == FeatureStatus.WARMING);
      boolean missing =
          IntStream.range(column, end).anyMatch(i -> vector.status(i) == FeatureStatus.MISSING);
      boolean seenWhole =
          wish.window
              .reach()
              .map(reach -> asking.millis - reach.toMillis() >= restoredMillis)
              .orElse(restoredMillis == Long.MIN_VALUE);
      if (seenWhole) {
        assertThat(warming).as(what + " is warming").isFalse();
      }
      if (seenWhole || !(warming || missing)) {
        complete++;
        check(
            what,
            wish,
            known,
            asking.millis,
            IntStream.range(column, end).mapToObj(vector::value).toList());
      }
      column = end;
    }
    return complete;
  }

  /**
   * Checks one feature of a purchase, whatever its status.
   *
   * @param past the purchases that had come, in their order, this one included
   */
  public void checkFeature(
      String where, String name, Purchase asking, List<Purchase> past, FeatureVector vector) {
    List<Purchase> ofUser =
        past.stream().filter(purchase -> Objects.equals(asking.user, purchase.user)).toList();
    List<Purchase> known = ofUser.subList(0, ofUser.indexOf(asking) + 1);
    int index = names().indexOf(name);
    check(
        where + ", " + asking + ", " + name,
        wishes.get(index),
        known,
        asking.millis,
        List.of(vector.value(index)));
  }

  /** How many features there are. */
  public int size() {
    return wishes.size();
  }

  private static void check(
      String what, Wish wish, List<Purchase> known, long asOf, List<Double> found) {
    List<Purchase> inside =
        NaiveWindows.inside(wish.window, known.stream().map(Purchase::millis).toList()).stream()
            .map(known::get)
            .toList();
    List<double[]> answers =
        wish.parts.stream()
            .map(
                part ->
                    NaiveWindows.answer(
                        part.aggregate.kind(),
                        part.aggregate.parameters(),
                        part.values(inside),
                        asOf))
            .toList();
    List<Timed> values = wish.parts.get(0).values(inside);
    Aggregate aggregate = wish.parts.get(0).aggregate;
    if (aggregate.kind() == AggregateKind.RANK_QUANTILE && !Double.isNaN(answers.get(0)[0])) {
      assertThat(NaiveWindows.isRankClose(aggregate.parameters().get(0), found.get(0), values))
          .as(what + " is " + found)
          .isTrue();
      return;
    }
    boolean ratio = answers.size() == 2;
    for (int i = 0; i < found.size(); i++) {
      double expected = ratio ? answers.get(0)[0] / answers.get(1)[0] : answers.get(0)[i];
      if (!Double.isFinite(expected)) {
        assertNone(what, wish, List.of(found.get(i)));
        continue;
      }
      double tolerance = NaiveWindows.tolerance(aggregate.kind(), expected, values);
      assertThat(Math.abs(found.get(i) - expected))
          .as(what + " is " + found + ", expected " + expected)
          .isLessThanOrEqualTo(tolerance);
    }
  }

  private static void assertNone(String what, Wish wish, List<Double> found) {
    Double defaultValue = wish.feature.defaultValue();
    double none = defaultValue == null ? Double.NaN : defaultValue;
    assertThat(found)
        .as(what)
        .isEqualTo(IntStream.range(0, found.size()).mapToObj(i -> none).toList());
  }
}
