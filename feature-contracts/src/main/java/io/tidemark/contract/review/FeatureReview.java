package io.tidemark.contract.review;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.ByteSize;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Range;
import io.tidemark.contract.ValueExpression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the features of one entity before and after.
 *
 * <p>Within a major version a name keeps its meaning: whoever changes it takes a new name, or a new
 * major version beside the old one. Where the major version moved in place, the differences are
 * what was announced, and only what no version can heal is more than information.
 */
final class FeatureReview {
  private static final String FROM_A_SAVEPOINT =
      "Restart the job from a savepoint; `tidemark plan` says of one what becomes of it.";

  private final Change<FeatureContract> change;
  private final FeatureContract before;
  private final FeatureContract after;
  private final EventContract eventBefore;
  private final EventContract eventAfter;
  private final Consumers consumers;
  private final boolean newMajor;
  private final boolean refused;
  private final RetainedLog log;
  private final List<FeatureState> states = new ArrayList<>();
  private boolean stateChanges;

  FeatureReview(
      Change<FeatureContract> change, Contracts before, Contracts after, Consumers consumers) {
    this.change = change;
    this.before = change.before();
    this.after = change.after();
    this.eventBefore = before.event(this.before.source()).orElseThrow();
    this.eventAfter = after.event(this.after.source()).orElseThrow();
    this.consumers = consumers;
    this.newMajor =
        this.before.metadata().version().major() != this.after.metadata().version().major();
    this.refused =
        !this.before.entity().equals(this.after.entity())
            || !this.before.source().equals(this.after.source());
    this.log = refused ? RetainedLog.NONE : RetainedLog.of(eventBefore, this.before);
  }

  /** What becomes of the state, empty where all of it is kept. */
  Optional<StateChange> compare() {
    compareKey();
    compareSource();
    compareBudget();
    if (newMajor) {
      reportNewMajor();
    }
    List<Feature> added =
        new ArrayList<>(
            after.features().stream()
                .filter(feature -> before.feature(feature.name()).isEmpty())
                .toList());
    List<Feature> removed = new ArrayList<>();
    for (Feature was : before.features()) {
      Optional<Feature> is = after.feature(was.name());
      if (is.isPresent()) {
        compare(was, is.get());
      } else {
        removed.add(was);
      }
    }
    for (Feature was : removed) {
      Optional<Feature> renamed = after.renamedFrom(was.name());
      if (renamed.isPresent()) {
        added.remove(renamed.get());
        rename(was, renamed.get());
      }
    }
    added.stream()
        .filter(feature -> feature.renamedFrom() != null)
        .forEach(this::reportUnknownOrigin);
    for (Feature was : removed) {
      if (after.renamedFrom(was.name()).isEmpty()) {
        Optional<Feature> same = added.stream().filter(is -> isSame(was, is)).findFirst();
        same.ifPresent(added::remove);
        remove(was, same.orElse(null));
      }
    }
    added.forEach(this::add);
    return stateChanges
        ? Optional.of(
            new StateChange(
                after.metadata().name() + " " + after.metadata().version().major(),
                before,
                after,
                states))
        : Optional.empty();
  }

  /** The state of a contract that was not there before. */
  static StateChange added(EventContract event, FeatureContract contract) {
    return added(RetainedLog.NONE, event, contract);
  }

  private static StateChange added(RetainedLog log, EventContract event, FeatureContract contract) {
    List<FeatureState> states = new ArrayList<>();
    for (Feature feature : contract.features()) {
      if (feature.definition() instanceof Windowed windowed) {
        states.add(log.become(event, feature.name(), windowed));
      }
    }
    return new StateChange(named(contract), null, contract, states);
  }

  /** The state of a contract that is not there any more. */
  static StateChange removed(FeatureContract contract) {
    return new StateChange(
        named(contract),
        contract,
        null,
        contract.features().stream()
            .filter(feature -> feature.definition() instanceof Windowed)
            .map(feature -> dropped(feature))
            .toList());
  }

  /** How a contract without a past begins. */
  static String beginning(StateChange added) {
    return added.features().stream()
        .map(FeatureState::warmUp)
        .max(Comparator.naturalOrder())
        .map(
            longest ->
                longest.isZero()
                    ? "its features count from the start of the job on"
                    : "its features are complete "
                        + Meaning.duration(longest)
                        + " after the start of the job")
        .orElse("its features need no state");
  }

  private static String named(FeatureContract contract) {
    return contract.metadata().name() + " " + contract.metadata().version().major();
  }

  private static FeatureState dropped(Feature feature) {
    return FeatureState.dropped(feature.name());
  }

  private FeatureState refused(Feature feature) {
    return FeatureState.refused(
        feature.name(),
        before.entity().equals(after.entity()) ? StateRefusal.SOURCE : StateRefusal.ENTITY);
  }

  /** What a change costs in itself, unless a new major version announced it. */
  private Severity unlessAnnounced(Severity severity) {
    return newMajor ? Severity.INFO : severity;
  }

  private String unlessAnnounced(String remedy) {
    return newMajor ? "Nothing to do: the new major version says so." : remedy;
  }

  private void compareKey() {
    if (before.entity().equals(after.entity())) {
      return;
    }
    change
        .found(Tier.MODEL, unlessAnnounced(Severity.BREAKING), Rule.ENTITY, Bump.MAJOR)
        .at("entity")
        .from(before.entity(), after.entity())
        .affecting(consumers.modelsOf(before))
        .report(
            "every feature of the contract is of another thing than before",
            unlessAnnounced(
                "Leave this contract as it is and write a new one, with a name that says the new key."));
    if (!newMajor) {
      refuseState("entity", StateRefusal.ENTITY);
    }
    change
        .found(Tier.STORE, Severity.BREAKING, Rule.ENTITY, Bump.MAJOR)
        .at("entity")
        .from(before.entity(), after.entity())
        .affecting(Consumers.outputsOf(after))
        .report(
            "rows of both keys would stand in one table and one topic",
            "Use another contract name: it gives the table and the topic theirs.");
  }

  private void compareSource() {
    if (before.source().equals(after.source())) {
      return;
    }
    change
        .found(Tier.MODEL, unlessAnnounced(Severity.BREAKING), Rule.SOURCE, Bump.MAJOR)
        .at("source")
        .from(before.source(), after.source())
        .affecting(consumers.modelsOf(before))
        .report(
            "every feature of the contract is made of other events",
            unlessAnnounced(
                "Leave this contract as it is and write a new one for the other topic."));
    if (!newMajor) {
      refuseState("source", StateRefusal.SOURCE);
    }
  }

  private void refuseState(String key, StateRefusal refusal) {
    if (before.features().stream().anyMatch(feature -> feature.definition() instanceof Windowed)) {
      stateChanges = true;
      change
          .found(Tier.STATE, Severity.BREAKING, Rule.STATE_REFUSED, Bump.MAJOR)
          .at(key)
          .affecting(consumers.jobsOf(before))
          .report(refusal.reason(), refusal.remedy());
    }
  }

  private void compareBudget() {
    if (before.state().equals(after.state())) {
      return;
    }
    change
        .found(Tier.STATE, Severity.INFO, Rule.STATE_BUDGET, Bump.PATCH)
        .at("state")
        .from(budget(before), budget(after))
        .affecting(consumers.jobsOf(after))
        .report(
            "the budget of a key is another one", "Make sure that the task managers have room.");
  }

  private static String budget(FeatureContract contract) {
    return new ByteSize(contract.state().maxBytesPerKey())
        + " for "
        + Meaning.number(contract.state().eventsPerKeyPerDay())
        + " events a day";
  }

  private void reportNewMajor() {
    StateChange beginning = added(log, eventAfter, after);
    if (beginning.features().isEmpty()) {
      return;
    }
    stateChanges = true;
    boolean atOnce = !refused && beginning.features().stream().allMatch(FeatureReview::isAtOnce);
    change
        .found(
            Tier.STATE,
            atOnce ? Severity.INFO : Severity.WARNING,
            atOnce ? Rule.STATE_FILLED : Rule.STATE_WARMS_UP,
            Bump.MAJOR)
        .at("metadata", "version")
        .from(before.metadata().version(), after.metadata().version())
        .affecting(consumers.jobsOf(after))
        .report(
            refused
                ? "the new major version starts without state and the old one's is dropped: "
                    + beginning(beginning)
                : "the new major version goes on with the log of the old one: "
                    + (atOnce ? "its features are complete at once" : beginning(beginning)),
            atOnce
                ? FROM_A_SAVEPOINT
                : "Keep version "
                    + before.metadata().version()
                    + " beside it until the new one is warm and every model has moved.");
  }

  private static boolean isAtOnce(FeatureState state) {
    return state.answer() == StateAnswer.KEEPS || state.answer() == StateAnswer.FILLED;
  }

  private boolean isSame(Feature was, Feature is) {
    return Meaning.of(eventBefore, before, was).equals(Meaning.of(eventAfter, after, is));
  }

  private void add(Feature feature) {
    change
        .found(Tier.STORE, Severity.INFO, Rule.COLUMN_ADDED, Bump.MINOR)
        .at("features", feature.name())
        .affecting(Consumers.outputsOf(after))
        .report(
            "the table gets "
                + columns(feature)
                + ", empty for older rows; records of the topic get the same",
            "Nothing to do: columns are added by the job itself.");
    if (feature.definition() instanceof Windowed windowed) {
      FeatureState answer = log.added(eventAfter, feature.name(), windowed);
      keep(answer);
      if (!newMajor) {
        reportState(feature, answer);
      }
    }
  }

  private static String columns(Feature feature) {
    int count = feature.columns().size();
    return feature.isArray()
        ? "the columns `" + feature.name() + "[0]` to `" + feature.name() + "[" + (count - 1) + "]`"
        : "the column `" + feature.name() + "`";
  }

  private void keep(FeatureState state) {
    states.add(state);
    stateChanges |= state.answer() != StateAnswer.KEEPS;
  }

  private void reportState(Feature feature, FeatureState state) {
    String[] path = {"features", feature.name()};
    switch (state.answer()) {
      case FILLED ->
          change
              .found(Tier.STATE, Severity.INFO, Rule.STATE_FILLED, Bump.MINOR)
              .at(path)
              .affecting(consumers.jobsOf(after))
              .report(state.reason(), FROM_A_SAVEPOINT);
      case WARMS_UP ->
          change
              .found(Tier.STATE, Severity.WARNING, Rule.STATE_WARMS_UP, Bump.MINOR)
              .at(path)
              .affecting(consumers.jobsOf(after))
              .report(
                  state.reason(), "Let it warm up before a model takes it. " + FROM_A_SAVEPOINT);
      case STARTS_EMPTY ->
          change
              .found(Tier.STATE, Severity.WARNING, Rule.STATE_WARMS_UP, Bump.MINOR)
              .at(path)
              .affecting(consumers.jobsOf(after))
              .report(
                  state.reason(),
                  "Let the job read the topic from its beginning, or use a window.");
      case DROPPED ->
          change
              .found(Tier.STATE, Severity.INFO, Rule.STATE_DROPPED, Bump.NONE)
              .at(path)
              .affecting(consumers.jobsOf(after))
              .report(state.reason(), FROM_A_SAVEPOINT);
      case KEEPS, REFUSED -> throw new IllegalArgumentException("Nothing to say of " + state);
    }
  }

  /** What the contract says goes on under another name. */
  private void rename(Feature was, Feature is) {
    boolean isNew = before.feature(is.name()).isEmpty();
    Optional<FeatureState> state = renamedState(was, is);
    List<String> models = consumers.modelsOf(before, was.name());
    change
        .found(
            models.isEmpty() ? Tier.STORE : Tier.MODEL,
            unlessAnnounced(models.isEmpty() ? Severity.WARNING : Severity.BREAKING),
            Rule.FEATURE_RENAMED,
            Bump.MAJOR)
        .at("features", is.name(), "renamedFrom")
        .from(was.name(), is.name())
        .affecting(concat(models, Consumers.outputsOf(before)))
        .report(
            (isSame(was, is)
                    ? "the feature has another name"
                    : "the feature has another name and another value")
                + (state.filter(become -> become.answer() == StateAnswer.KEEPS).isPresent()
                    ? ", and keeps its state"
                    : "")
                + "; who asks for `"
                + was.name()
                + "` finds nothing: from now on no values go to "
                + columns(was)
                + (isNew ? ", they go to " + columns(is) : ""),
            unlessAnnounced(
                isNew
                    ? "Declare both, without `renamedFrom`, until everybody has moved."
                    : "Keep `" + was.name() + "` until everybody has moved."));
    state.ifPresent(
        become -> {
          keep(become);
          if (become.answer() != StateAnswer.KEEPS && !newMajor && !refused) {
            reportState(is, become);
          }
        });
  }

  private Optional<FeatureState> renamedState(Feature was, Feature is) {
    if (is.definition() instanceof Windowed windowed && before.feature(is.name()).isEmpty()) {
      return Optional.of(
          refused && !newMajor ? refused(is) : log.become(eventAfter, is.name(), windowed));
    }
    boolean drops = was.definition() instanceof Windowed && !newMajor && !refused;
    return drops && !isSame(was, is) ? Optional.of(dropped(was)) : Optional.empty();
  }

  private void reportUnknownOrigin(Feature feature) {
    change
        .found(Tier.DOC, Severity.WARNING, Rule.RENAMED_FROM, Bump.NONE)
        .at("features", feature.name(), "renamedFrom")
        .report(
            "version "
                + before.metadata().version()
                + " has no feature `"
                + feature.renamedFrom()
                + "`: this one counts as new",
            "Write the name that it had, or remove `renamedFrom`.");
  }

  private void remove(Feature was, @Nullable Feature alike) {
    List<String> models = consumers.modelsOf(before, was.name());
    if (alike != null) {
      change
          .found(
              Tier.MODEL,
              unlessAnnounced(models.isEmpty() ? Severity.WARNING : Severity.BREAKING),
              Rule.FEATURE_RENAMED,
              Bump.MAJOR)
          .at("features", alike.name())
          .from(was.name(), alike.name())
          .affecting(concat(models, Consumers.outputsOf(before)))
          .report(
              "it looks like `"
                  + was.name()
                  + "` under another name, and who asks for that finds nothing",
              "If it is, write `renamedFrom: "
                  + was.name()
                  + "`; or declare both until everybody has moved: the second one needs next to no"
                  + " state.");
      if (alike.definition() instanceof Windowed windowed) {
        keep(log.become(eventAfter, alike.name(), windowed));
      }
    } else {
      if (!models.isEmpty()) {
        change
            .found(Tier.MODEL, unlessAnnounced(Severity.BREAKING), Rule.FEATURE_REMOVED, Bump.MAJOR)
            .at("features")
            .from(was.name(), "")
            .affecting(models)
            .report(
                "models were trained on `" + was.name() + "`",
                unlessAnnounced("Keep the feature until these versions of the models are gone."));
      }
      change
          .found(Tier.STREAM, unlessAnnounced(Severity.WARNING), Rule.FEATURE_REMOVED, Bump.MAJOR)
          .at("features")
          .from(was.name(), "")
          .affecting(List.of(Consumers.outputsOf(before).get(1)))
          .report(
              "records have no `" + was.name() + "` any more", "Tell those who read the topic.");
    }
    change
        .found(Tier.STORE, unlessAnnounced(Severity.WARNING), Rule.COLUMN_ENDS, Bump.MAJOR)
        .at("features")
        .from(was.name(), "")
        .affecting(List.of(Consumers.outputsOf(before).get(0)))
        .report(
            "the column `" + was.name() + "` stays empty from now on", "Tell those who query it.");
    if (was.definition() instanceof Windowed && !newMajor && !refused) {
      keep(dropped(was));
      if (alike == null) {
        reportState(was, dropped(was));
      }
    }
  }

  private void compare(Feature was, Feature is) {
    boolean sameDefinition = Meaning.of(was.definition()).equals(Meaning.of(is.definition()));
    if (!sameDefinition) {
      changeMeaning(was, is);
    } else if (is.definition() instanceof Windowed windowed) {
      keep(refused && !newMajor ? refused(is) : log.become(eventAfter, is.name(), windowed));
    }
    if (was.type() != is.type()) {
      changeType(was, is);
    }
    if (!Objects.equals(was.defaultValue(), is.defaultValue())) {
      changeDefault(was, is);
    }
    if (!Objects.equals(was.check(), is.check())) {
      changeCheck(was, is);
    }
    if (!Objects.equals(was.freshness(), is.freshness())) {
      changeFreshness(was, is);
    }
  }

  private void changeMeaning(Feature was, Feature is) {
    String[] path = place(was, is);
    List<String> models = consumers.modelsOf(before, was.name());
    int columnsBefore = was.columns().size();
    int columnsAfter = is.columns().size();
    change
        .found(
            Tier.MODEL,
            unlessAnnounced(models.isEmpty() ? Severity.WARNING : Severity.BREAKING),
            Rule.FEATURE_MEANING,
            Bump.MAJOR)
        .at(path)
        .from(Meaning.of(was.definition()), Meaning.of(is.definition()))
        .affecting(models)
        .report(
            columnsBefore == columnsAfter
                ? "the name stands for another value"
                : "the feature takes %d columns of a tensor instead of %d"
                    .formatted(columnsAfter, columnsBefore),
            unlessAnnounced(
                "Leave `" + was.name() + "` as it is and give the new value a name of its own."));
    change
        .found(Tier.STORE, unlessAnnounced(Severity.WARNING), Rule.COLUMN_MEANING, Bump.MAJOR)
        .at(path)
        .affecting(Consumers.outputsOf(before))
        .report(
            "rows and records from before the change mean something else than those after it",
            unlessAnnounced("A new name for the feature keeps them apart."));
    if (is.definition() instanceof Windowed windowed) {
      FeatureState answer =
          refused && !newMajor ? refused(is) : log.added(eventAfter, is.name(), windowed);
      keep(answer);
      if (!newMajor && !refused) {
        reportState(is, answer);
      }
    } else if (was.definition() instanceof Windowed) {
      keep(dropped(was));
      if (!newMajor && !refused) {
        reportState(is, dropped(was));
      }
    }
  }

  /** The key whose value changed, or the feature where several did. */
  private static String[] place(Feature was, Feature is) {
    String name = is.name();
    if (was.definition() instanceof WindowedAggregate a
        && is.definition() instanceof WindowedAggregate b) {
      List<String> keys = new ArrayList<>(differing(a.aggregate(), b.aggregate()));
      if (!a.window().equals(b.window())) {
        keys.add("window");
      }
      return keys.size() == 1
          ? new String[] {"features", name, keys.get(0)}
          : new String[] {"features", name};
    }
    if (was.definition() instanceof WindowedRatio a && is.definition() instanceof WindowedRatio b) {
      List<String> keys = new ArrayList<>();
      if (!differing(a.numerator(), b.numerator()).isEmpty()) {
        keys.add("numerator");
      }
      if (!differing(a.denominator(), b.denominator()).isEmpty()) {
        keys.add("denominator");
      }
      if (!a.window().equals(b.window())) {
        keys.add("window");
      }
      return keys.size() == 1
          ? new String[] {"features", name, keys.get(0)}
          : new String[] {"features", name};
    }
    return was.definition() instanceof RowExpression && is.definition() instanceof RowExpression
        ? new String[] {"features", name, "expression"}
        : new String[] {"features", name};
  }

  private static List<String> differing(Aggregate was, Aggregate is) {
    if (was.kind() != is.kind()) {
      return List.of("aggregate");
    }
    List<String> keys = new ArrayList<>();
    if (!text(was.of()).equals(text(is.of()))) {
      keys.add("of");
    }
    if (!Objects.equals(normal(was.where()), normal(is.where()))) {
      keys.add("where");
    }
    if (!was.parameters().equals(is.parameters())) {
      keys.add(was.kind().parameter().yamlName());
    }
    return keys;
  }

  private static String text(@Nullable ValueExpression of) {
    return of == null ? "" : Meaning.expression(of.text());
  }

  private static @Nullable String normal(@Nullable String expression) {
    return expression == null ? null : Meaning.expression(expression);
  }

  private void changeType(Feature was, Feature is) {
    String[] path = {"features", is.name(), "type"};
    String from = Meaning.type(was);
    String to = Meaning.type(is);
    List<String> models = consumers.modelsOf(before, was.name());
    if (isWhole(was.type()) && isWhole(is.type())) {
      change
          .found(Tier.MODEL, Severity.INFO, Rule.FEATURE_TYPE, Bump.MINOR)
          .at(path)
          .from(from, to)
          .affecting(models)
          .report("tensors and tables hold the same numbers", "Nothing to do.");
      return;
    }
    change
        .found(
            Tier.MODEL,
            unlessAnnounced(models.isEmpty() ? Severity.WARNING : Severity.BREAKING),
            Rule.FEATURE_TYPE,
            Bump.MAJOR)
        .at(path)
        .from(from, to)
        .affecting(models)
        .report(
            "models get values of another type than in training",
            unlessAnnounced(
                "Leave `" + was.name() + "` as it is and give the other type a name of its own."));
    if (column(was.type()) != column(is.type())) {
      change
          .found(Tier.STORE, Severity.BREAKING, Rule.COLUMN_TYPE, Bump.MAJOR)
          .at(path)
          .from(from, to)
          .affecting(Consumers.outputsOf(before))
          .report(
              "a column keeps its type: the job cannot write to the table any more",
              "Use a new name for the feature, or another contract name for a new table.");
    }
  }

  private static boolean isWhole(FieldType type) {
    return type == FieldType.INT || type == FieldType.LONG;
  }

  /** Types that share a column type of the history's tables. */
  private static FieldType column(FieldType type) {
    return switch (type) {
      case INT, LONG -> FieldType.LONG;
      case DOUBLE, STRING -> FieldType.DOUBLE;
      case BOOLEAN, TIMESTAMP -> type;
    };
  }

  private void changeDefault(Feature was, Feature is) {
    List<String> models = consumers.modelsOf(before, was.name());
    change
        .found(
            Tier.MODEL,
            unlessAnnounced(models.isEmpty() ? Severity.WARNING : Severity.BREAKING),
            Rule.FEATURE_DEFAULT,
            Bump.MAJOR)
        .at("features", is.name(), "default")
        .from(Meaning.number(was.defaultValue()), Meaning.number(is.defaultValue()))
        .affecting(models)
        .report(
            "where there is nothing to aggregate, models get another value than in training",
            unlessAnnounced(
                "Keep the default, or give the feature with the other default a name of its own."));
  }

  private void changeCheck(Feature was, Feature is) {
    change
        .found(
            Tier.MODEL,
            consumers.modelsOf(before, was.name()).isEmpty() ? Severity.INFO : Severity.WARNING,
            Rule.FEATURE_CHECK,
            Bump.MINOR)
        .at("features", is.name(), "check")
        .from(bounds(was.check()), bounds(is.check()))
        .affecting(consumers.modelsOf(before, was.name()))
        .report(
            is.check() == null
                ? "no value is marked `INVALID` any more"
                : "other values are marked `INVALID`",
            is.check() == null
                ? "Make sure that nobody relies on the mark."
                : "Count the values outside of the new bounds before you merge.");
  }

  private static String bounds(@Nullable Range check) {
    return check == null ? "no check" : Bounds.shown(check.min(), check.max());
  }

  private void changeFreshness(Feature was, Feature is) {
    boolean tighter =
        is.freshness() != null
            && (was.freshness() == null || is.freshness().compareTo(was.freshness()) < 0);
    change
        .found(
            Tier.MODEL,
            tighter ? Severity.WARNING : Severity.INFO,
            Rule.FEATURE_FRESHNESS,
            Bump.MINOR)
        .at("features", is.name(), "freshness")
        .from(freshness(was), freshness(is))
        .affecting(consumers.modelsOf(before, was.name()))
        .report(
            tighter
                ? "values are marked `STALE` earlier"
                : "values that were marked `STALE` count as fresh",
            tighter ? "Look at how far the source lags before you merge." : "Nothing to do.");
  }

  private static String freshness(Feature feature) {
    return feature.freshness() == null ? "unbounded" : Meaning.duration(feature.freshness());
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
