package io.tidemark.contract.review;

import io.tidemark.contract.Contract;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.ModelContract;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a change of contracts does, told from the contracts alone.
 *
 * <p>Contracts are matched by what never changes: events by name, feature contracts by name and
 * major version, models by name and version. A version that is gone where a new one of the name
 * appeared is taken to be replaced by it; events under a new name are known by their topic.
 *
 * @param findings the worst first, then by place
 * @param verdicts one for each contract that is there before and after
 * @param state one for each feature contract whose state is not simply kept
 */
public record Review(List<Finding> findings, List<Verdict> verdicts, List<StateChange> state) {
  public Review {
    findings = findings.stream().sorted().toList();
    verdicts = List.copyOf(verdicts);
    state = List.copyOf(state);
  }

  /** Compares two sets, each of which is valid. */
  public static Review of(Contracts before, Contracts after) {
    return new Comparison(before, after).review();
  }

  /** Whether something is at least as severe. */
  public boolean has(Severity severity) {
    return findings.stream().anyMatch(finding -> finding.severity().isAtLeast(severity));
  }

  private static final class Comparison {
    private final Contracts before;
    private final Contracts after;
    private final Consumers consumers;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<StateChange> state = new ArrayList<>();

    Comparison(Contracts before, Contracts after) {
      this.before = before;
      this.after = after;
      this.consumers = new Consumers(before, after);
    }

    Review review() {
      compareEvents();
      compareFeatures();
      compareModels();
      return new Review(findings, verdicts, state);
    }

    private void compareEvents() {
      Matching<EventContract> events =
          Matching.of(
              before.events(),
              after.events(),
              event -> event.metadata().name(),
              event -> event.topic().topic());
      for (Matching.Pair<EventContract> pair : events.pairs()) {
        Change<EventContract> change = new Change<>(after, pair.before(), pair.after());
        new EventReview(change, consumers).compare();
        conclude(change);
      }
      for (EventContract added : events.added()) {
        findings.add(
            whole(
                added,
                false,
                Tier.STREAM,
                Severity.INFO,
                "the topic " + added.topic() + " has a contract now",
                List.of(),
                "Create the topics " + added.deadLetter() + " and " + added.late() + "."));
      }
      for (EventContract removed : events.removed()) {
        findings.add(
            whole(
                removed,
                true,
                Tier.STREAM,
                Severity.BREAKING,
                "nobody says any more what the events of " + removed.topic() + " are",
                concat(consumers.jobsOf(removed), List.of(Consumers.tableOf(removed))),
                "Stop the jobs that read it first; if it was renamed, give it its name back: a job"
                    + " finds its place in the topic by it."));
      }
    }

    private void compareFeatures() {
      Matching<FeatureContract> contracts =
          Matching.of(
              before.features(),
              after.features(),
              contract -> contract.metadata().name() + " " + contract.metadata().version().major(),
              contract -> contract.metadata().name());
      for (Matching.Pair<FeatureContract> pair : contracts.pairs()) {
        Change<FeatureContract> change = new Change<>(after, pair.before(), pair.after());
        new FeatureReview(change, before, after, consumers).compare().ifPresent(state::add);
        conclude(change);
      }
      for (FeatureContract added : contracts.added()) {
        StateChange own = FeatureReview.added(after.event(added.source()).orElseThrow(), added);
        if (!own.features().isEmpty()) {
          state.add(own);
        }
        findings.add(
            whole(
                added,
                false,
                Tier.STATE,
                Severity.INFO,
                FeatureReview.beginning(own),
                List.of(),
                "Nothing to do, unless a model needs the past at once: then start with a"
                    + " backfill."));
      }
      for (FeatureContract removed : contracts.removed()) {
        StateChange own = FeatureReview.removed(removed);
        if (!own.features().isEmpty()) {
          state.add(own);
        }
        boolean another =
            after.features().stream().anyMatch(contract -> sameName(contract, removed));
        findings.add(
            whole(
                removed,
                true,
                Tier.STREAM,
                another ? Severity.WARNING : Severity.BREAKING,
                another
                    ? "this major version ends; its state is dropped"
                    : "its features are computed no more and their state is dropped",
                concat(consumers.modelsOf(removed), Consumers.outputsOf(removed)),
                another
                    ? "Make sure that nobody reads features of this major version any more."
                    : "Keep it until nobody reads its table or topic; if it was renamed, give it"
                        + " its name back: a job finds its state by it."));
      }
    }

    private void compareModels() {
      Matching<ModelContract> models =
          Matching.of(
              before.models(),
              after.models(),
              model -> model.metadata().name() + " " + model.metadata().version(),
              model -> model.metadata().name());
      for (Matching.Pair<ModelContract> pair : models.pairs()) {
        Change<ModelContract> change = new Change<>(after, pair.before(), pair.after());
        new ModelReview(change, before, after).compare();
        conclude(change);
      }
      for (ModelContract added : models.added()) {
        boolean another = before.models().stream().anyMatch(model -> sameName(model, added));
        findings.add(
            whole(
                added,
                false,
                Tier.MODEL,
                Severity.INFO,
                another ? "a version of the model is new" : "the model is new",
                List.of(Consumers.job(added)),
                "Start its job with `--model "
                    + added.metadata().name()
                    + "`, or restart it from a savepoint: it scores with the highest version."));
      }
      for (ModelContract removed : models.removed()) {
        boolean another = after.models().stream().anyMatch(model -> sameName(model, removed));
        findings.add(
            whole(
                removed,
                true,
                Tier.MODEL,
                another ? Severity.WARNING : Severity.BREAKING,
                another
                    ? "this version can be scored with no more"
                    : "nobody scores the events of " + removed.trigger() + " with it any more",
                concat(List.of(Consumers.job(removed)), Consumers.outputsOf(removed)),
                another
                    ? "Keep it as long as a job may have to go back to it."
                    : "Stop its job first, and tell those who read its scores."));
      }
    }

    private static boolean sameName(Contract one, Contract other) {
      return one.metadata().name().equals(other.metadata().name());
    }

    private void conclude(Change<?> change) {
      change.compareWords();
      verdicts.add(change.judgeVersion());
      findings.addAll(change.findings());
    }

    private Finding whole(
        Contract contract,
        boolean gone,
        Tier tier,
        Severity severity,
        String reason,
        List<String> affected,
        String remedy) {
      return new Finding(
          tier,
          severity,
          gone ? Rule.CONTRACT_REMOVED : Rule.CONTRACT_ADDED,
          Change.named(contract),
          "",
          (gone ? before : after).place(contract, "metadata", "name"),
          gone,
          gone ? Change.named(contract) : "",
          gone ? "" : Change.named(contract),
          reason,
          affected,
          remedy,
          Bump.NONE);
    }

    private static List<String> concat(List<String> first, List<String> second) {
      List<String> all = new ArrayList<>(first);
      all.addAll(second);
      return all;
    }
  }

  /**
   * Which contract became which.
   *
   * @param pairs those of equal identity; of those left, the highest versions of equal resemblance
   */
  private record Matching<C extends Contract>(List<Pair<C>> pairs, List<C> added, List<C> removed) {
    record Pair<C>(C before, C after) {}

    static <C extends Contract> Matching<C> of(
        List<C> before,
        List<C> after,
        Function<C, String> identity,
        Function<C, String> resemblance) {
      List<C> removed = new ArrayList<>(before);
      List<C> added = new ArrayList<>(after);
      List<Pair<C>> pairs = new ArrayList<>();
      pair(removed, added, pairs, identity);
      Comparator<C> byVersion = Comparator.comparing(contract -> contract.metadata().version());
      removed.sort(byVersion.reversed());
      added.sort(byVersion.reversed());
      pair(removed, added, pairs, resemblance);
      return new Matching<>(pairs, List.copyOf(added), List.copyOf(removed));
    }

    private static <C> void pair(
        List<C> removed, List<C> added, List<Pair<C>> pairs, Function<C, String> key) {
      Map<String, C> candidates = new HashMap<>();
      added.forEach(one -> candidates.putIfAbsent(key.apply(one), one));
      for (C was : List.copyOf(removed)) {
        C is = candidates.remove(key.apply(was));
        if (is != null) {
          pairs.add(new Pair<>(was, is));
        }
      }
      Set<C> paired = Collections.newSetFromMap(new IdentityHashMap<>());
      pairs.forEach(pair -> paired.addAll(List.of(pair.before(), pair.after())));
      removed.removeIf(paired::contains);
      added.removeIf(paired::contains);
    }
  }
}
