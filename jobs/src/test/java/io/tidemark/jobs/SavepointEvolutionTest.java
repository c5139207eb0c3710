package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.AVG;
import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.MAX;
import static io.tidemark.contract.AggregateKind.MIN;
import static io.tidemark.contract.AggregateKind.SUM;
import static io.tidemark.contract.review.StateAnswer.DROPPED;
import static io.tidemark.contract.review.StateAnswer.FILLED;
import static io.tidemark.contract.review.StateAnswer.KEEPS;
import static io.tidemark.contract.review.StateAnswer.STARTS_EMPTY;
import static io.tidemark.contract.review.StateAnswer.WARMS_UP;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.contract.review.StateAnswer;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import io.tidemark.jobs.SavepointFixture.Backend;
import io.tidemark.jobs.SavepointFixture.Form;
import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.savepoint.Savepoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of change of a contract, as a real savepoint or retained checkpoint of a job with the
 * old contract from which one with the new contract goes on: what the plan says beforehand is what
 * happens, and values are what scanned lists give.
 */
class SavepointEvolutionTest {
  private static final int EVENTS = 1_600;
  private static final int BEFORE = 800;
  private static final List<Form> FORMS =
      List.of(Form.CANONICAL, Form.NATIVE, Form.RETAINED_CHECKPOINT);
  private static final Window HOUR = trailing(60);
  private static final List<Purchase> PURCHASES = WindowDomain.purchases(5, EVENTS, 3);

  private static final WindowDomain BASE =
      WindowDomain.empty()
          .with("n_1h", COUNT, null, null, HOUR)
          .with("sum_2h", SUM, "amount", null, trailing(120))
          .with("max_30m", MAX, "amount", null, trailing(30))
          .with("n_even_1h", COUNT, null, "shop % 2 == 0", HOUR)
          .with("life", SUM, "amount", null, new Lifetime())
          .with("hourly", COUNT, null, null, new Tumbling(Duration.ofHours(1), Duration.ZERO))
          .with(
              "visit", COUNT, null, null, new Session(Duration.ofMinutes(3), Duration.ofHours(1)));

  @TempDir private static Path folder;

  private static SavepointFixture jobs;
  private static Path events;
  private static final Map<String, String> LEFT = new HashMap<>();

  private static Window trailing(int minutes) {
    return new Trailing(Duration.ofMinutes(minutes));
  }

  /**
   * A change.
   *
   * @param answers what becomes of features; all others keep their state
   */
  private record Change(String name, WindowDomain after, Map<String, StateAnswer> answers) {
    Change(String name, WindowDomain after, Object... answers) {
      this(name, after, new LinkedHashMap<>());
      for (int i = 0; i < answers.length; i += 2) {
        this.answers.put((String) answers[i], (StateAnswer) answers[i + 1]);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Change> CHANGES =
      List.of(
          new Change("nothing but words", BASE),
          new Change("the order of the model's features", BASE.reversed()),
          new Change(
              "add what the log covers",
              BASE.with("avg_90m", AVG, "amount", null, trailing(90)),
              "avg_90m",
              FILLED),
          new Change(
              "add what the log does not cover",
              BASE.with("n_3h", COUNT, null, null, trailing(180)),
              "n_3h",
              WARMS_UP),
          new Change(
              "add a column", BASE.with("shops_1h", SUM, "shop", null, HOUR), "shops_1h", WARMS_UP),
          new Change(
              "add a lifetime",
              BASE.with("largest", MAX, "amount", null, new Lifetime()),
              "largest",
              STARTS_EMPTY),
          new Change("remove", BASE.without("max_30m"), "max_30m", DROPPED),
          new Change(
              "rename",
              BASE.without("life")
                  .without("sum_2h")
                  .with("spent", SUM, "amount", null, new Lifetime())
                  .with("spent_2h", SUM, "amount", null, trailing(120))),
          new Change(
              "rename as the contract says",
              BASE.renamed("life", "spent").renamed("visit", "nb_visit")),
          new Change(
              "a window up",
              BASE.with("sum_2h", SUM, "amount", null, trailing(180)),
              "sum_2h",
              WARMS_UP),
          new Change(
              "a window down",
              BASE.with("sum_2h", SUM, "amount", null, trailing(45)),
              "sum_2h",
              FILLED),
          new Change(
              "a delay",
              BASE.with(
                  "n_1h",
                  COUNT,
                  null,
                  null,
                  new Trailing(Duration.ofHours(1), Duration.ofMinutes(20), null)),
              "n_1h",
              FILLED),
          new Change(
              "a hop",
              BASE.with(
                  "n_1h",
                  COUNT,
                  null,
                  null,
                  new Trailing(Duration.ofHours(1), Duration.ZERO, Duration.ofMinutes(10))),
              "n_1h",
              FILLED),
          new Change(
              "a filter",
              BASE.with("n_even_1h", COUNT, null, "amount > 50.0", HOUR),
              "n_even_1h",
              WARMS_UP),
          new Change(
              "a column",
              BASE.with("max_30m", MAX, "shop", null, trailing(30)),
              "max_30m",
              WARMS_UP),
          new Change(
              "an aggregate",
              BASE.with("max_30m", MIN, "amount", null, trailing(30)),
              "max_30m",
              FILLED),
          new Change(
              "a session and a period",
              BASE.with(
                      "visit",
                      COUNT,
                      null,
                      null,
                      new Session(Duration.ofMinutes(5), Duration.ofHours(2)))
                  .with(
                      "hourly",
                      SUM,
                      "amount",
                      null,
                      new Tumbling(Duration.ofMinutes(90), Duration.ofMinutes(10))),
              "visit",
              FILLED,
              "hourly",
              FILLED),
          new Change("a type", BASE.typed("n_1h", FieldType.LONG)));

  /** A change with where it goes on from. */
  private record Case(Change change, Form form, Backend backend, int before, int after) {
    @Override
    public String toString() {
      return change + ", " + form + ", " + backend + ", " + before + " → " + after;
    }
  }

  /** Each change once; each form, backend and rescaling with several. */
  static Stream<Case> someCases() {
    List<Case> cases = new ArrayList<>();
    for (Change change : CHANGES) {
      int i = cases.size();
      Form form = FORMS.get(i % 3);
      Backend backend = Backend.values()[i / 3 % 2];
      int before = 1 + form.ordinal();
      cases.add(new Case(change, form, backend, before, 1 + (before + i / 6) % 3));
    }
    return cases.stream();
  }

  static Stream<Case> allCases() {
    return CHANGES.stream()
        .flatMap(
            change ->
                FORMS.stream()
                    .flatMap(
                        form ->
                            Stream.of(Backend.values())
                                .flatMap(
                                    backend ->
                                        Stream.of(1, 2, 3)
                                            .flatMap(
                                                before ->
                                                    Stream.of(1, 2, 3)
                                                        .map(
                                                            after ->
                                                                new Case(
                                                                    change, form, backend, before,
                                                                    after))))));
  }

  @AfterAll
  static void stopTheCluster() throws Exception {
    jobs.close();
  }

  @BeforeAll
  static void writeEvents() throws Exception {
    jobs = new SavepointFixture(folder);
    events = jobs.write(PURCHASES, "events.csv");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("someCases")
  void changeBecomesWhatThePlanSays(Case one) throws Exception {
    compare(one);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("allCases")
  @Tag("soak")
  void everyChangeBecomesWhatThePlanSaysFromEveryForm(Case one) throws Exception {
    compare(one);
  }

  /** A contract more is an operator more; one less is given up only with leave. */
  @Test
  void contractsAreAddedAndRemovedBesideOneThatStays() throws Exception {
    FeatureContract byUser = BASE.contract();
    FeatureContract byShop =
        new FeatureContract(
            new Metadata("by_shop", new SemanticVersion(1, 0, 0), "tests", "For tests."),
            List.of("shop"),
            byUser.source(),
            List.of(byUser.feature("n_1h").orElseThrow()));
    VectorColumns columns =
        new VectorColumns(
            Stream.concat(BASE.columns().names().stream(), Stream.of("by_shop.n_1h")).toList());
    FeaturePlan both = new FeaturePlan(WindowDomain.SCHEMA, List.of(byShop, byUser), columns);

    String one = left(Form.CANONICAL, Backend.HASHMAP, 1);
    RestorePlan added = RestorePlan.of(Savepoint.read(one), both);
    assertThat(added.refusals()).isEmpty();
    assertThat(added.contracts().get(0).features())
        .extracting(PlannedFeature::answer)
        .containsExactly(WARMS_UP);
    assertThat(jobs.goOn(both, events, one, Backend.HASHMAP, 2, false))
        .hasSizeBetween(EVENTS - BEFORE - 100, EVENTS - BEFORE + 100);

    String two = jobs.leave(both, events, BEFORE, Form.DRAINED, Backend.ROCKSDB, 2);
    RestorePlan removed = RestorePlan.of(Savepoint.read(two), plan(BASE));
    assertThat(removed.refusals()).isEmpty();
    assertThat(removed.gone()).containsExactly("by_shop");
    compare(new Change("a contract less", BASE), two, Backend.ROCKSDB, 1, true);
  }

  private static FeaturePlan plan(WindowDomain domain) {
    return new FeaturePlan(WindowDomain.SCHEMA, List.of(domain.contract()), domain.columns());
  }

  private static String left(Form form, Backend backend, int parallelism) throws Exception {
    String key = form + " " + backend + " " + parallelism;
    String place = LEFT.get(key);
    if (place == null) {
      place = jobs.leave(plan(BASE), events, BEFORE, form, backend, parallelism);
      LEFT.put(key, place);
    }
    return place;
  }

  private static void compare(Case one) throws Exception {
    compare(one.change, left(one.form, one.backend, one.before), one.backend, one.after, false);
  }

  private static void compare(
      Change change, String place, Backend backend, int parallelism, boolean drops)
      throws Exception {
    WindowDomain domain = change.after;
    RestorePlan restore = RestorePlan.of(Savepoint.read(place), plan(domain));
    assertThat(restore.refusals()).isEmpty();
    List<PlannedFeature> planned = restore.contracts().get(0).features();
    Map<String, StateAnswer> expected = new HashMap<>();
    domain.names().forEach(name -> expected.put(name, KEEPS));
    expected.putAll(change.answers);
    assertThat(
            planned.stream()
                .collect(Collectors.toMap(PlannedFeature::name, PlannedFeature::answer)))
        .isEqualTo(expected);

    Map<Long, FeatureVector> found = new HashMap<>();
    for (FeatureVector vector :
        jobs.goOn(plan(domain), events, place, backend, parallelism, drops)) {
      found.put(EventFields.idBits(WindowDomain.SCHEMA, vector.trigger()), vector);
    }
    List<Purchase> ordered = WindowDomain.inEventTime(PURCHASES);
    assertThat(found).hasSizeBetween(EVENTS - BEFORE - 100, EVENTS - BEFORE + 100);
    Set<String> warmed = new HashSet<>();
    for (int i = 0; i < ordered.size(); i++) {
      Purchase purchase = ordered.get(i);
      FeatureVector vector = found.get(purchase.id());
      if (vector == null || purchase.user() == null) {
        continue;
      }
      for (PlannedFeature feature : planned) {
        int column = domain.names().indexOf(feature.name());
        if (column >= 0) {
          boolean warming = vector.status(column) == FeatureStatus.WARMING;
          check(change.name, domain, feature, purchase, ordered.subList(0, i + 1), vector);
          if (warming) {
            warmed.add(feature.name());
          }
        }
      }
    }
    assertThat(warmed)
        .as("features that were WARMING at first")
        .isEqualTo(
            planned.stream()
                .filter(each -> each.answer() == WARMS_UP || each.answer() == STARTS_EMPTY)
                .map(PlannedFeature::name)
                .collect(Collectors.toSet()));
  }

  /** What is said to be complete, by the plan or by the status, is right. */
  private static void check(
      String where,
      WindowDomain domain,
      PlannedFeature feature,
      Purchase purchase,
      List<Purchase> past,
      FeatureVector vector) {
    FeatureStatus status = vector.status(domain.names().indexOf(feature.name()));
    boolean completeByPlan =
        switch (feature.answer()) {
          case KEEPS, FILLED -> true;
          case WARMS_UP ->
              purchase.millis() >= Objects.requireNonNull(feature.completeFrom()).toEpochMilli();
          case STARTS_EMPTY, DROPPED, REFUSED -> false;
        };
    if (completeByPlan) {
      assertThat(status)
          .as(where + ", " + feature.name() + " of " + purchase)
          .isNotEqualTo(FeatureStatus.WARMING);
    }
    if (completeByPlan || status == FeatureStatus.OK) {
      domain.checkFeature(where, feature.name(), purchase, past, vector);
    }
  }
}
