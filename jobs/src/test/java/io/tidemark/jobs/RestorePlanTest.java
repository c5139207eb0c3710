package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.SUM;
import static io.tidemark.contract.review.StateAnswer.DROPPED;
import static io.tidemark.contract.review.StateAnswer.FILLED;
import static io.tidemark.contract.review.StateAnswer.KEEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.time.Duration;
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
