package io.tidemark.contract.review;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Fallback;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares one model before and after.
 *
 * <p>A version of a model is one file and what it is fed with: a change of either takes a new
 * version. A file that stays the same is never fed otherwise, whatever its version.
 */
final class ModelReview {
  private static final String NEW_VERSION =
      "Leave this version as it is and add the change as a new version of the model beside it.";
  private static final String MOVED = "Nothing to do: the version and the file moved with it.";

  private final Change<ModelContract> change;
  private final ModelContract before;
  private final ModelContract after;
  private final Contracts contractsBefore;
  private final Contracts contractsAfter;
  private final boolean sameFile;
  private final List<String> named;

  ModelReview(Change<ModelContract> change, Contracts before, Contracts after) {
    this.change = change;
    this.before = change.before();
    this.after = change.after();
    this.contractsBefore = before;
    this.contractsAfter = after;
    this.sameFile = this.before.artifact().sha256().equals(this.after.artifact().sha256());
    this.named = List.of(Consumers.named(this.after));
  }

  void compare() {
    compareFile();
    compareTensors();
    compareContracts();
    compareOutput();
    compareServing();
  }

  /** Breaking for one version that turns into another; the news of a new version of a new file. */
  private Severity ofInputs() {
    return change.moved(Bump.PATCH) && !sameFile ? Severity.INFO : Severity.BREAKING;
  }

  private String wayOut(String unlessMoved) {
    return ofInputs() == Severity.INFO ? MOVED : unlessMoved;
  }

  private void compareFile() {
    if (!sameFile) {
      change
          .found(
              Tier.MODEL,
              change.moved(Bump.PATCH) ? Severity.INFO : Severity.BREAKING,
              Rule.MODEL_FILE,
              Bump.MINOR)
          .at("artifact", "sha256")
          .from(
              before.artifact().sha256().substring(0, 12),
              after.artifact().sha256().substring(0, 12))
          .affecting(named)
          .report(
              change.moved(Bump.PATCH)
                  ? "the new version replaces the old one"
                  : "scores of two files would bear one version",
              change.moved(Bump.PATCH)
                  ? "Keep the old version beside it as long as a job may have to go back."
                  : "Give the file a version of its own: raise `metadata.version` and put it in a"
                      + " folder of that version.");
    } else if (!before.artifact().uri().equals(after.artifact().uri())) {
      change
          .found(Tier.DOC, Severity.INFO, Rule.MODEL_FILE, Bump.PATCH)
          .at("artifact", "uri")
          .from(before.artifact().uri(), after.artifact().uri())
          .report("the same file lies elsewhere", "Nothing to do.");
    }
  }

  private void compareTensors() {
    List<String> was = before.inputs().stream().map(TensorInput::tensor).toList();
    List<String> is = after.inputs().stream().map(TensorInput::tensor).toList();
    if (!new HashSet<>(was).equals(new HashSet<>(is))) {
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_INPUTS, Bump.MINOR)
          .at("inputs")
          .from(was, is)
          .affecting(named)
          .report("the model gets other tensors", wayOut(NEW_VERSION));
      return;
    }
    for (int i = 0; i < after.inputs().size(); i++) {
      TensorInput input = after.inputs().get(i);
      compareTensor(before.inputs().get(was.indexOf(input.tensor())), input, i);
    }
  }

  private void compareTensor(TensorInput was, TensorInput is, int index) {
    String position = Integer.toString(index);
    if (was.type() != is.type()) {
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_INPUTS, Bump.MINOR)
          .at("inputs", position, "type")
          .from(was.type().yamlName(), is.type().yamlName())
          .affecting(named)
          .report("the tensor " + is.tensor() + " holds another type", wayOut(NEW_VERSION));
    }
    if (!was.shape().equals(is.shape())) {
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_INPUTS, Bump.MINOR)
          .at("inputs", position, "shape")
          .from(was.shape(), is.shape())
          .affecting(named)
          .report("the tensor " + is.tensor() + " has another shape", wayOut(NEW_VERSION));
    }
    if (was.features().equals(is.features())) {
      return;
    }
    if (new HashSet<>(was.features()).equals(new HashSet<>(is.features()))) {
      int first = 0;
      while (was.features().get(first).equals(is.features().get(first))) {
        first++;
      }
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_ORDER, Bump.MINOR)
          .at("inputs", position, "features", written(is.features().get(first)))
          .from(was.features().get(first), is.features().get(first))
          .affecting(named)
          .report(
              "column "
                  + first
                  + " of the tensor "
                  + is.tensor()
                  + " is another feature, and no check of shapes or types can see it",
              wayOut(
                  "Restore the order that the model was trained on, or add a new version with its"
                      + " own file."));
      return;
    }
    for (FeatureRef added : without(is, was)) {
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_INPUTS, Bump.MINOR)
          .at("inputs", position, "features", written(added))
          .from("", added)
          .affecting(List.of(named.get(0), "table features/" + after.metadata().name()))
          .report("the tensor " + is.tensor() + " has one column more", wayOut(NEW_VERSION));
    }
    for (FeatureRef removed : without(was, is)) {
      change
          .found(Tier.MODEL, ofInputs(), Rule.MODEL_INPUTS, Bump.MINOR)
          .at("inputs", position, "features")
          .from(removed, "")
          .affecting(List.of(named.get(0), "table features/" + after.metadata().name()))
          .report("the tensor " + is.tensor() + " has one column less", wayOut(NEW_VERSION));
    }
  }

  private static List<FeatureRef> without(TensorInput input, TensorInput other) {
    return input.features().stream().filter(one -> !other.features().contains(one)).toList();
  }

  /** An input as the file spells it: an array is named once for all its columns. */
  private static String written(FeatureRef feature) {
    String column = feature.toString();
    return column.endsWith("]") ? column.substring(0, column.indexOf('[')) : column;
  }

  private void compareContracts() {
    for (Map.Entry<String, Integer> entry : after.contracts().entrySet()) {
      String name = entry.getKey();
      Integer was = before.contracts().get(name);
      if (was != null && !was.equals(entry.getValue())) {
        compareMajors(name, was, entry.getValue());
      }
    }
  }

  private void compareMajors(String name, int was, int is) {
    FeatureContract old = contractsBefore.feature(name, was).orElseThrow();
    FeatureContract now = contractsAfter.feature(name, is).orElseThrow();
    TreeSet<String> others = new TreeSet<>();
    for (Feature feature : now.features()) {
      Optional<Feature> oldFeature = old.feature(feature.name());
      if (oldFeature.isPresent()
          && Consumers.takes(after, now, feature.name())
          && !Meaning.of(eventOf(contractsBefore, old), old, oldFeature.get())
              .equals(Meaning.of(eventOf(contractsAfter, now), now, feature))) {
        others.add(name + "." + feature.name());
      }
    }
    change
        .found(
            Tier.MODEL,
            others.isEmpty() ? Severity.INFO : ofInputs(),
            Rule.MODEL_CONTRACTS,
            Bump.MINOR)
        .at("contracts", name)
        .from(was, is)
        .affecting(named)
        .report(
            others.isEmpty()
                ? "the features that the model takes mean the same in both"
                : "other values than in training under the same names: "
                    + String.join(", ", others),
            others.isEmpty()
                ? "Nothing to do."
                : wayOut(
                    "Write `"
                        + name
                        + ": "
                        + was
                        + "` until a model is trained on version "
                        + is
                        + ", and keep both majors side by side."));
  }

  private static EventContract eventOf(Contracts contracts, FeatureContract contract) {
    return contracts.event(contract.source()).orElseThrow();
  }

  private void compareOutput() {
    if (!before.output().equals(after.output())) {
      change
          .found(Tier.MODEL, Severity.BREAKING, Rule.MODEL_OUTPUT, Bump.MAJOR)
          .at("output", "score")
          .from(before.output(), after.output())
          .affecting(List.of(named.get(0), Consumers.outputsOf(after).get(1)))
          .report(
              "scores mean something else, and thresholds that stand on them are off",
              "Give the other output a model name of its own, or raise the major version and tell"
                  + " those who read the scores.");
    }
    if (!before.trigger().equals(after.trigger())) {
      change
          .found(Tier.STREAM, Severity.BREAKING, Rule.MODEL_TRIGGER, Bump.MAJOR)
          .at("trigger")
          .from(before.trigger(), after.trigger())
          .affecting(List.of(Consumers.job(after)))
          .report(
              "events of the old topic get no scores any more, and the job's state is refused",
              "Add a model with a name of its own for the other topic.");
    }
  }

  private void compareServing() {
    if (!Objects.equals(before.baseline(), after.baseline())) {
      change
          .found(Tier.MODEL, Severity.WARNING, Rule.MODEL_BASELINE, Bump.PATCH)
          .at("baseline")
          .from(
              Objects.requireNonNullElse(before.baseline(), ""),
              Objects.requireNonNullElse(after.baseline(), ""))
          .affecting(named)
          .report(
              after.baseline() == null
                  ? "drift is measured no more, and its alerts are silent"
                  : before.baseline() == null
                      ? "drift is measured from the restart on"
                      : "drift is measured against another reference: it may jump at the restart",
              after.baseline() == null
                  ? "Name the baseline again, unless nobody watches this model."
                  : "Make sure that the baseline is of the data that this version was trained on.");
    }
    if (before.missing() != after.missing()) {
      boolean rejects = after.missing() == MissingPolicy.REJECT;
      change
          .found(Tier.STREAM, Severity.WARNING, Rule.MODEL_MISSING, Bump.MINOR)
          .at("missing")
          .from(policy(before), policy(after))
          .affecting(List.of(Consumers.job(after), Consumers.outputsOf(after).get(1)))
          .report(
              rejects
                  ? "events with a missing feature get no score any more"
                  : "events with a missing feature get a score from defaults",
              rejects
                  ? "Make sure that those who read the scores know what to do without one."
                  : "Look at the statuses beside such scores.");
    }
    if (!before.fallback().equals(after.fallback())) {
      boolean constants = isConstant(before.fallback()) && isConstant(after.fallback());
      change
          .found(Tier.STREAM, Severity.WARNING, Rule.MODEL_FALLBACK, Bump.MINOR)
          .at(constants ? new String[] {"fallback", "score"} : new String[] {"fallback"})
          .from(Meaning.fallback(before.fallback()), Meaning.fallback(after.fallback()))
          .affecting(List.of(Consumers.job(after), Consumers.outputsOf(after).get(1)))
          .report(
              "another score answers where the model does not",
              "Make sure that it is on the safe side of every threshold.");
    }
    compareTimeout(before.timeout(), after.timeout());
    if (!before.batch().equals(after.batch())) {
      change
          .found(Tier.STREAM, Severity.INFO, Rule.MODEL_SERVING, Bump.PATCH)
          .at("batch")
          .from(batch(before), batch(after))
          .affecting(List.of(Consumers.job(after)))
          .report(
              "batches leave by other rules, so that records wait shorter or longer for theirs",
              "Compare latencies after the restart.");
    }
  }

  private void compareTimeout(Duration was, Duration is) {
    int order = is.compareTo(was);
    if (order != 0) {
      change
          .found(
              Tier.STREAM,
              order < 0 ? Severity.WARNING : Severity.INFO,
              Rule.MODEL_SERVING,
              Bump.PATCH)
          .at("timeout")
          .from(Meaning.duration(was), Meaning.duration(is))
          .affecting(List.of(Consumers.job(after)))
          .report(
              order < 0
                  ? "the fallback answers earlier, and more often"
                  : "a slow model may hold records for longer",
              order < 0
                  ? "Compare it with the slowest scores of the last weeks."
                  : "Make sure that those who wait for scores can wait that long.");
    }
  }

  private static boolean isConstant(Fallback fallback) {
    return fallback.expression() == null && fallback.model() == null;
  }

  private static String policy(ModelContract model) {
    return model.missing() == MissingPolicy.REJECT ? "reject" : "default";
  }

  private static String batch(ModelContract model) {
    return model.batch().maxRows() + " rows, " + Meaning.duration(model.batch().maxDelay());
  }
}
