package io.tidemark.jobs;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.review.FeatureState;
import io.tidemark.contract.review.RetainedLog;
import io.tidemark.contract.review.StateAnswer;
import io.tidemark.contract.review.StateRefusal;
import io.tidemark.jobs.feature.WindowedFeatures;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.HeldOperator.InFlight;
import io.tidemark.jobs.savepoint.Savepoint;
import io.tidemark.jobs.state.Refusals;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateManifest.HeldFeature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the state in a savepoint when a job goes on from it, feature by feature: told
 * before anything starts, from what the state says of itself and from the contracts.
 *
 * @param savepoint as it was named
 * @param contracts in the order of the job; those that are only in the savepoint last, and after
 *     them the scorers, and what counts drift, that are only there
 * @param refusals why the job cannot go on from it, each with its remedy; empty where it can
 */
public record RestorePlan(
    String savepoint, List<PlannedContract> contracts, List<String> refusals) {
  private static final String GONE =
      "nothing of the job has this state: Flink drops it only if the job is submitted with"
          + " --allowNonRestoredState, and what waits in it is lost unless the old job was ended with"
          + " `stop --drain`";
  private static final String LEGACY =
      "the release that wrote the state says only that nothing about the contract changed";

  public RestorePlan {
    contracts = List.copyOf(contracts);
    refusals = List.copyOf(refusals);
  }

  /**
   * The state of one keyed operator.
   *
   * @param entity fields that are the key
   * @param asOf time of the latest event in the state; null where it does not tell, or has none
   * @param gone whether nothing of the job has it: Flink drops it only if it is allowed to
   * @param features those of the job, then those that are only in the state
   */
  public record PlannedContract(
      String name,
      List<String> entity,
      @Nullable Instant asOf,
      boolean gone,
      List<PlannedFeature> features) {
    public PlannedContract {
      entity = List.copyOf(entity);
      features = List.copyOf(features);
    }
  }

  /**
   * @param version of the contract that the feature is of
   * @param completeFrom when the feature is complete at the latest, in event time; null where it is
   *     at once, or no time completes it
   */
  public record PlannedFeature(
      String name,
      SemanticVersion version,
      StateAnswer answer,
      @Nullable Instant completeFrom,
      String reason) {

    private String words() {
      String until = completeFrom == null ? "" : " until " + seconds(completeFrom);
      return switch (answer) {
        case KEEPS -> "keeps its state" + (completeFrom == null ? "" : ", warms up" + until);
        case FILLED -> "filled from the retained log";
        case WARMS_UP -> "warms up" + until;
        case STARTS_EMPTY -> "starts empty";
        case DROPPED -> "dropped";
        case REFUSED -> "refused";
      };
    }
  }

  /** Whether the job cannot go on from the savepoint. */
  public boolean isRefused() {
    return !refusals.isEmpty();
  }

  /** Names of contracts, and of other operators, whose state the job has no use for. */
  public List<String> gone() {
    return contracts.stream().filter(PlannedContract::gone).map(PlannedContract::name).toList();
  }

  /** A few words for each feature, as a person reads them. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (PlannedContract contract : contracts) {
      lines.add(
          contract.name
              + (contract.entity.isEmpty() ? "" : " by " + String.join(", ", contract.entity))
              + (contract.asOf == null ? "" : ", events up to " + seconds(contract.asOf)));
      int width =
          contract.features.stream().mapToInt(feature -> feature.name.length()).max().orElse(0);
      for (PlannedFeature feature : contract.features) {
        lines.add(
            "  "
                + feature.name
                + " ".repeat(width - feature.name.length())
                + "  "
                + feature.words()
                + ": "
                + feature.reason);
      }
      if (contract.gone && contract.features.isEmpty()) {
        lines.add("  dropped: " + GONE);
      }
    }
    refusals.forEach(refusal -> lines.add("refused: " + refusal));
    return lines;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Tells it of a savepoint and a feature job. */
  public static RestorePlan of(Savepoint savepoint, FeaturePlan plan) {
    return new Comparison(savepoint, plan, List.of(), List.of()).plan();
  }

  /**
   * Tells it of a savepoint and a scoring job.
   *
   * @param models all models of the job
   * @param measuresDrift whether the drift of those that have a baseline is measured
   */
  public static RestorePlan of(
      Savepoint savepoint, List<ScoringPlan> models, ScoringMode mode, boolean measuresDrift) {
    return new Comparison(
            savepoint,
            ScoringPlan.features(models),
            mode == ScoringMode.ASYNC ? models : List.of(),
            measuresDrift
                ? models.stream().filter(model -> model.model().baseline() != null).toList()
                : List.of())
        .plan();
  }

  private static final class Comparison {
    private final Savepoint savepoint;
    private final FeaturePlan plan;
    private final List<ScoringPlan> asynchronous;
    private final Set<String> driftUids;
    private final EventContract event;
    private final List<PlannedContract> contracts = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Set<HeldOperator> matched = new HashSet<>();

    /**
     * @param asynchronous models whose scorers keep what they have in flight
     * @param measured models whose drift is measured
     */
    Comparison(
        Savepoint savepoint,
        FeaturePlan plan,
        List<ScoringPlan> asynchronous,
        List<ScoringPlan> measured) {
      this.savepoint = savepoint;
      this.plan = plan;
      this.asynchronous = asynchronous;
      this.driftUids =
          measured.stream()
              .flatMap(model -> model.driftUids().stream())
              .collect(Collectors.toSet());
      this.event = plan.schema().contract();
    }

    RestorePlan plan() {
      for (EntityState state : plan.states()) {
        WindowedFeatures features = plan.features(state);
        if (features != null) {
          contracts.add(planned(state, features));
        }
      }
      List<HeldOperator> rest =
          savepoint.operators().stream()
              .filter(held -> held.manifest() != null || held.legacyLayout() != null)
              .filter(held -> !matched.contains(held))
              .toList();
      if (matched.isEmpty() && refusals.isEmpty() && !contracts.isEmpty()) {
        refusals.add(anotherJob(rest));
      }
      asynchronous.forEach(this::answerInFlight);
      for (HeldOperator held : rest) {
        contracts.add(dropped(held));
      }
      savepoint.operators().stream()
          .filter(held -> held.inFlight() != null && !matched.contains(held))
          .forEach(held -> contracts.add(dropped(held)));
      savepoint.operators().stream()
          .filter(held -> ScoringPlan.isOfDrift(held.label()) && !driftUids.contains(held.label()))
          .forEach(held -> contracts.add(dropped(held)));
      return new RestorePlan(savepoint.place(), contracts, refusals);
    }

    /** Vectors in flight are scored by the model that the job has now. */
    private void answerInFlight(ScoringPlan model) {
      String id = EntityState.id(model.scorerUid(ScoringMode.ASYNC));
      for (HeldOperator held : savepoint.operators()) {
        InFlight inFlight = held.inFlight();
        if (inFlight != null && held.id().equals(id)) {
          matched.add(held);
          if (inFlight.count() > 0 && inFlight.columnsDigest() != model.columns().digest()) {
            refusals.add(
                "%,d events wait for a score of model `%s` in the savepoint, with other features than are its inputs now. End the old job with `stop --drain`, which answers them, and submit this one with the savepoint of that; where the old job has left only a checkpoint, submit it from there once more first. Or start without one"
                    .formatted(inFlight.count(), model.model().metadata().name()));
          }
        }
      }
    }

    private String anotherJob(List<HeldOperator> held) {
      String of =
          held.isEmpty()
              ? "it has no state of features: it is not of a job like this one"
              : "it is of another job, with the state of "
                  + String.join(
                      ", ",
                      held.stream()
                          .map(
                              each ->
                                  each.manifest() == null
                                      ? each.label()
                                      : each.manifest().identity().toString())
                          .sorted()
                          .toList());
      return "Nothing in the savepoint is this job's: "
          + of
          + ", while this job has that of "
          + String.join(
              ", ",
              plan.manifests().stream().map(manifest -> manifest.identity().toString()).toList())
          + ". Name the savepoint of this job, or start without one";
    }

    private PlannedContract planned(EntityState state, WindowedFeatures features) {
      StateManifest now = features.manifest();
      Optional<HeldOperator> held = held(state);
      if (held.isEmpty()) {
        Optional<StateManifest> rekeyed = rekeyed(state);
        if (rekeyed.isPresent()) {
          return refused(now, rekeyed.get(), Refusals.of(rekeyed.get(), now));
        }
        return told(state, now, RetainedLog.NONE, null);
      }
      matched.add(held.get());
      StateManifest before = held.get().manifest();
      if (before != null) {
        List<String> reasons = Refusals.of(before, now);
        return reasons.isEmpty()
            ? told(state, now, before.retained(), before)
            : refused(now, before, reasons);
      }
      String legacy = held.get().legacyLayout();
      String refusal = legacy == null ? null : Refusals.ofLegacy(legacy, features.legacyLayout());
      if (refusal != null) {
        return refused(now, null, List.of("`" + state.name() + "`: " + refusal));
      }
      return new PlannedContract(
          state.name(),
          state.entity(),
          null,
          false,
          now.features().stream()
              .map(
                  feature ->
                      new PlannedFeature(
                          feature.name(), feature.version(), StateAnswer.KEEPS, null, LEGACY))
              .toList());
    }

    private Optional<HeldOperator> held(EntityState state) {
      List<String> ids = new ArrayList<>();
      ids.add(EntityState.id(state.uid(event.metadata().name())));
      ids.add(state.legacyIds().get(0));
      return savepoint.operators().stream().filter(held -> ids.contains(held.id())).findFirst();
    }

    /** The state of the same major version by another entity, or of other events. */
    private Optional<StateManifest> rekeyed(EntityState state) {
      for (HeldOperator held : savepoint.operators()) {
        StateManifest manifest = held.manifest();
        if (manifest != null
            && manifest.identity().contract().equals(state.name())
            && manifest.features().stream().anyMatch(feature -> isOf(state, feature))) {
          matched.add(held);
          return Optional.of(manifest);
        }
      }
      return Optional.empty();
    }

    private static boolean isOf(EntityState state, HeldFeature feature) {
      return state.all().stream()
          .anyMatch(contract -> contract.metadata().version().major() == feature.version().major());
    }

    private PlannedContract refused(
        StateManifest now, @Nullable StateManifest before, List<String> reasons) {
      reasons.stream().filter(reason -> !refusals.contains(reason)).forEach(refusals::add);
      String why =
          before != null && !before.identity().entity().equals(now.identity().entity())
              ? StateRefusal.ENTITY.reason()
              : String.join("; ", reasons);
      return new PlannedContract(
          now.identity().contract(),
          now.identity().entity(),
          before == null ? null : asOf(before),
          false,
          now.features().stream()
              .map(
                  feature ->
                      new PlannedFeature(
                          feature.name(), feature.version(), StateAnswer.REFUSED, null, why))
              .toList());
    }

    private PlannedContract told(
        EntityState state, StateManifest now, RetainedLog log, @Nullable StateManifest before) {
      List<PlannedFeature> features = new ArrayList<>();
      Set<String> parts = new HashSet<>();
      for (HeldFeature feature : now.features()) {
        parts.addAll(feature.parts());
        Feature definition = definition(state, feature);
        FeatureState become = log.become(event, feature.name(), (Windowed) definition.definition());
        boolean later = before != null && !become.warmUp().isZero();
        features.add(
            new PlannedFeature(
                feature.name(),
                feature.version(),
                become.answer(),
                later ? Instant.ofEpochMilli(log.asOfMillis() + become.warmUp().toMillis()) : null,
                before == null
                    ? "no state of the contract is there"
                    : reason(become, feature, definition.renamedFrom(), before, now)));
      }
      if (before != null) {
        for (HeldFeature feature : before.features()) {
          boolean goesOn =
              now.features().stream().anyMatch(other -> other.name().equals(feature.name()))
                  || parts.containsAll(feature.parts());
          if (!goesOn) {
            FeatureState dropped = FeatureState.dropped(feature.name());
            features.add(
                new PlannedFeature(
                    feature.name(), feature.version(), dropped.answer(), null, dropped.reason()));
          }
        }
      }
      return new PlannedContract(
          state.name(), state.entity(), before == null ? null : asOf(before), false, features);
    }

    /**
     * With the name that the feature had, where it has another one now: the one that its contract
     * says, if that one had the same state, before any other.
     */
    private static String reason(
        FeatureState become,
        HeldFeature feature,
        @Nullable String renamedFrom,
        StateManifest before,
        StateManifest now) {
      if (become.answer() != StateAnswer.KEEPS
          || before.features().stream().anyMatch(was -> was.name().equals(feature.name()))) {
        return become.reason();
      }
      List<HeldFeature> alike =
          before.features().stream().filter(was -> was.parts().equals(feature.parts())).toList();
      if (alike.stream().anyMatch(was -> was.name().equals(renamedFrom))) {
        return "renamed from `" + renamedFrom + "`";
      }
      return alike.stream()
          .min(
              (one, other) -> Boolean.compare(isThere(now, one.name()), isThere(now, other.name())))
          .map(was -> "it is what `" + was.name() + "` was")
          .orElse(become.reason());
    }

    private static boolean isThere(StateManifest manifest, String name) {
      return manifest.features().stream().anyMatch(feature -> feature.name().equals(name));
    }

    private static Feature definition(EntityState state, HeldFeature feature) {
      for (FeatureContract contract : state.all()) {
        Optional<Feature> found = contract.feature(feature.name());
        if (contract.metadata().version().equals(feature.version()) && found.isPresent()) {
          return found.get();
        }
      }
      throw new IllegalStateException("Not of the plan: " + feature);
    }

    private static @Nullable Instant asOf(StateManifest manifest) {
      long upTo = manifest.span().upToMillis();
      return upTo == Long.MIN_VALUE ? null : Instant.ofEpochMilli(upTo);
    }

    private static PlannedContract dropped(HeldOperator held) {
      StateManifest manifest = held.manifest();
      if (manifest == null) {
        return new PlannedContract(held.label(), List.of(), null, true, List.of());
      }
      return new PlannedContract(
          manifest.identity().contract(),
          manifest.identity().entity(),
          asOf(manifest),
          true,
          manifest.features().stream()
              .map(
                  feature ->
                      new PlannedFeature(
                          feature.name(), feature.version(), StateAnswer.DROPPED, null, GONE))
              .toList());
    }
  }
}
