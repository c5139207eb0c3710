package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.SUM;
import static io.tidemark.contract.review.StateAnswer.DROPPED;
import static io.tidemark.contract.review.StateAnswer.FILLED;
import static io.tidemark.contract.review.StateAnswer.KEEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.HeldOperator.InFlight;
import io.tidemark.jobs.savepoint.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the plan says of features with another name, from manifests alone. */
class RestorePlanTest {
  private static final Trailing HOUR = new Trailing(Duration.ofHours(1));
  private static final WindowDomain BASE =
      WindowDomain.empty()
          .with("all", SUM, "amount", null, new Lifetime())
          .with("sum_all", SUM, "amount", null, new Lifetime())
          .with("n_1h", COUNT, null, null, HOUR);

  @Test
  void renamedFeatureKeepsItsStateAndNamesWhatItWas() {
    assertThat(features(BASE.without("all"), BASE.without("all").renamed("sum_all", "total")))
        .extracting(PlannedFeature::name, PlannedFeature::answer, PlannedFeature::reason)
        .containsExactly(
            tuple("n_1h", KEEPS, "nothing about it changed"),
            tuple("total", KEEPS, "renamed from `sum_all`"));
  }

  @Test
  void formerNameDecidesBetweenTwoFeaturesOfOneMeaning() {
    WindowDomain undeclared =
        BASE.without("all").without("sum_all").with("total", SUM, "amount", null, new Lifetime());

    assertThat(features(BASE, BASE.without("all").renamed("sum_all", "total")))
        .extracting(PlannedFeature::reason)
        .containsExactly("nothing about it changed", "renamed from `sum_all`");
    assertThat(features(BASE, undeclared))
        .extracting(PlannedFeature::reason)
        .containsExactly("nothing about it changed", "it is what `all` was");
  }

  @Test
  void formerNameGivesNoStateOfAnotherMeaning() {
    WindowDomain after =
        BASE.with("n_1h", COUNT, null, null, new Trailing(Duration.ofMinutes(30)))
            .renamed("n_1h", "n_30m");

    assertThat(features(BASE, after))
        .extracting(PlannedFeature::name, PlannedFeature::answer)
        .containsExactly(
            tuple("all", KEEPS),
            tuple("sum_all", KEEPS),
            tuple("n_30m", FILLED),
            tuple("n_1h", DROPPED));
  }

  @Test
  void eventsThatWaitForAScoreKeepAModelFromChangingItsInputs() throws Exception {
    ScoringPlan model = ScoringPlan.of(Contracts.bundled(), "card_fraud");
    int digest = VectorColumns.of(model.model()).digest();

    assertThat(restored(model, ScoringMode.ASYNC, new InFlight(7, digest)).refusals()).isEmpty();
    assertThat(restored(model, ScoringMode.ASYNC, new InFlight(0, 0)).refusals()).isEmpty();
    assertThat(restored(model, ScoringMode.ASYNC, new InFlight(7, digest + 1)).refusals())
        .containsExactly(
            "7 events wait for a score of model `card_fraud` in the savepoint, with other features"
                + " than are its inputs now. End the old job with `stop --drain`, which answers"
                + " them, and submit this one with the savepoint of that; where the old job has left"
                + " only a checkpoint, submit it from there once more first. Or start without one");
  }

  @Test
  void scorerWhichTheJobLacksIsToldOfWhetherEventsWaitInItOrNot() throws Exception {
    ScoringPlan model = ScoringPlan.of(Contracts.bundled(), "card_fraud");
    int digest = VectorColumns.of(model.model()).digest();

    for (InFlight inFlight : List.of(new InFlight(7, digest), new InFlight(0, 0))) {
      RestorePlan restore = restored(model, ScoringMode.SYNC, inFlight);
      assertThat(restore.refusals()).isEmpty();
      assertThat(restore.gone()).containsExactly("score-card_fraud");
      assertThat(restored(model, ScoringMode.ASYNC, inFlight).gone()).isEmpty();
    }
  }

  @Test
  void driftThatTheJobDoesNotMeasureIsGone() throws Exception {
    ScoringPlan model = ScoringPlan.of(Contracts.bundled(), "card_fraud");
    HeldOperator[] drift =
        model.driftUids().stream()
            .map(uid -> new HeldOperator(EntityState.id(uid), uid, null, null))
            .toArray(HeldOperator[]::new);
    Savepoint savepoint = savepoint(model, drift);

    assertThat(RestorePlan.of(savepoint, List.of(model), ScoringMode.SYNC, true).gone()).isEmpty();
    assertThat(RestorePlan.of(savepoint, List.of(model), ScoringMode.SYNC, false).gone())
        .containsExactly("drift-counts-card_fraud", "drift-card_fraud");
    assertThat(RestorePlan.of(savepoint, model.features()).gone())
        .containsExactly("drift-counts-card_fraud", "drift-card_fraud");
    ModelContract fraud = model.model();
    ModelContract withoutBaseline =
        new ModelContract(
            fraud.metadata(),
            fraud.trigger(),
            fraud.artifact(),
            fraud.inputs(),
            fraud.output(),
            fraud.contracts(),
            null,
            fraud.golden(),
            fraud.missing(),
            fraud.batch(),
            fraud.timeout(),
            fraud.fallback());
    ScoringPlan unmeasured = new ScoringPlan(withoutBaseline, model.schema(), model.contracts());
    assertThat(RestorePlan.of(savepoint, List.of(unmeasured), ScoringMode.SYNC, true).gone())
        .containsExactly("drift-counts-card_fraud", "drift-card_fraud");
  }

  /** What becomes of the state of a job with a model that had some vectors in flight. */
  private static RestorePlan restored(ScoringPlan model, ScoringMode mode, InFlight inFlight) {
    String scorer = model.scorerUid(ScoringMode.ASYNC);
    return RestorePlan.of(
        savepoint(model, new HeldOperator(EntityState.id(scorer), scorer, null, null, inFlight)),
        List.of(model),
        mode,
        true);
  }

  /** With the features of a model, and more. */
  private static Savepoint savepoint(ScoringPlan model, HeldOperator... more) {
    List<HeldOperator> held = new ArrayList<>();
    FeaturePlan features = model.features();
    for (int i = 0; i < features.states().size(); i++) {
      String uid = features.states().get(i).uid(features.schema().contract().metadata().name());
      held.add(new HeldOperator(EntityState.id(uid), uid, features.manifests().get(i), null));
    }
    held.addAll(List.of(more));
    return new Savepoint("a place", held);
  }

  private static List<PlannedFeature> features(WindowDomain before, WindowDomain after) {
    FeaturePlan old = plan(before);
    String uid = old.states().get(0).uid(WindowDomain.SCHEMA.contract().metadata().name());
    HeldOperator held =
        new HeldOperator(EntityState.id(uid), uid, old.manifests().get(0).as(0, 7_200_000), null);
    RestorePlan restore = RestorePlan.of(new Savepoint("a place", List.of(held)), plan(after));
    assertThat(restore.refusals()).isEmpty();
    return restore.contracts().get(0).features();
  }

  private static FeaturePlan plan(WindowDomain domain) {
    return new FeaturePlan(WindowDomain.SCHEMA, List.of(domain.contract()), domain.columns());
  }
}
