package io.tidemark.cli.check;

import io.tidemark.cli.check.backfill.BackfillPlan;
import io.tidemark.cli.check.sample.SampleComparison;
import io.tidemark.cli.check.sample.SampleEffect;
import io.tidemark.cli.check.sample.SampleFile;
import io.tidemark.cli.check.sample.UnfilledWindow;
import io.tidemark.cli.check.sample.UnusableSampleException;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.Durations;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.Place;
import io.tidemark.contract.Problem;
import io.tidemark.contract.review.Bump;
import io.tidemark.contract.review.Finding;
import io.tidemark.contract.review.Review;
import io.tidemark.contract.review.Severity;
import io.tidemark.contract.review.Verdict;
import io.tidemark.jobs.drift.Baseline;
import io.tidemark.jobs.drift.InvalidBaselineException;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.jobs.score.ModelTrial;
import io.tidemark.jobs.score.OnnxScoringFunction;
import io.tidemark.jobs.score.ServedModel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks contracts: that they are valid, that the models they name are what they say, and what they
 * change. Each step needs the one before it to have succeeded.
 */
public final class Check {
  private static final Comparator<Notice> WORST_FIRST =
      Comparator.comparing(Notice::severity)
          .thenComparing(notice -> notice.place().file())
          .thenComparingInt(notice -> notice.place().line())
          .thenComparingInt(notice -> notice.place().column());

  private static final BoundedTrial TRIAL = new BoundedTrial(Duration.ofSeconds(30));

  private final Selection selection;
  private final @Nullable Base base;
  private final Severity failOn;
  private final @Nullable Load load;
  private final @Nullable SampleFile sample;
  private final BackfillPlan.Known known;
  private final Steps steps = new Steps();
  private final List<Notice> notices = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<StateRow> state = new ArrayList<>();
  private @Nullable BackfillPlan backfill;
  private @Nullable SampleEffect effect;

  /**
   * @param base null to compare with nothing
   * @param load null for the size of a single key
   * @param sample null to run nothing
   * @param known what a backfill is reckoned with
   */
  public Check(
      Selection selection,
      @Nullable Base base,
      Severity failOn,
      @Nullable Load load,
      @Nullable SampleFile sample,
      BackfillPlan.Known known) {
    this.selection = selection;
    this.base = base;
    this.failOn = failOn;
    this.load = load;
    this.sample = sample;
    this.known = known;
  }

  /** Does it, once. */
  public Report run() {
    steps.begin("validate", "read " + selection.shown());
    Contracts contracts;
    try {
      contracts = selection.read();
    } catch (InvalidContractsException e) {
      e.problems().forEach(this::report);
      // Where the problem is in another file, what was asked for cannot be judged either.
      if (notices.isEmpty()) {
        e.problems().stream().map(Notice::of).forEach(notices::add);
      }
      steps.end(false);
      return result("the contracts are not valid");
    }
    steps.end(true);
    steps.begin("models", "try the model files");
    tryModels(contracts);
    steps.end(notices.isEmpty());
    if (base != null) {
      steps.begin("compare", "compare with " + base.name());
      Optional<Contracts> before = readBase(base);
      before.ifPresent(found -> compare(found, contracts, base));
      steps.end(before.isPresent());
      if (before.isPresent()) {
        steps.begin("backfill", "plan what is computed again");
        steps.end(planBackfill(before.get(), contracts));
      }
      if (before.isPresent() && sample != null) {
        steps.begin("sample", "run both versions over " + sample.name());
        steps.end(compareData(before.get(), contracts, base, sample));
      }
    }
    return result(
        String.format(
            "%d event, %d feature and %d model contracts are valid",
            contracts.events().size(), contracts.features().size(), contracts.models().size()));
  }

  private Report result(String summary) {
    notices.sort(WORST_FIRST);
    steps.begin("report", "write the report");
    return new Report(
        summary,
        base == null ? null : base.name(),
        failOn,
        notices,
        verdicts,
        state,
        backfill,
        effect,
        steps.all());
  }

  private void report(Problem problem) {
    if (selection.includes(problem.file())) {
      notices.add(Notice.of(problem));
    }
  }

  private void tryModels(Contracts contracts) {
    contracts.checkArtifacts().forEach(this::report);
    for (ModelContract model : contracts.models()) {
      if (selection.includes(contracts.place(model).file())) {
        tryModel(contracts, model);
      }
    }
  }

  private void tryModel(Contracts contracts, ModelContract model) {
    try {
      ServedModel files = ServedModel.read(contracts, model);
      Optional<byte[]> baseline = contracts.readBaseline(model);
      double[] medians =
          baseline.isPresent() && ModelTrial.isOfNumbers(model)
              ? Baseline.read(baseline.get(), model).medians(model)
              : null;
      if (!TRIAL.run(
          () -> {
            if (medians == null) {
              OnnxScoringFunction.verify(files);
            } else {
              ModelTrial.score(files, medians);
            }
          })) {
        refuse(
            contracts.place(model, "artifact", "uri"),
            "artifact.uri",
            "Model %s %s: expected a score of one row within %d s, found none. Look for a loop in it that does not end."
                .formatted(
                    model.metadata().name(),
                    model.metadata().version(),
                    TRIAL.limit().toSeconds()));
      }
    } catch (InvalidContractsException e) {
      // Told by checkArtifacts: without the file there is nothing to try.
    } catch (InvalidModelException e) {
      refuse(contracts.place(model, "artifact", "uri"), "artifact.uri", e.getMessage());
    } catch (InvalidBaselineException e) {
      refuse(contracts.place(model, "baseline"), "baseline", e.getMessage());
    }
  }

  private void refuse(Place place, String path, String message) {
    notices.add(
        refusal(
            Severity.BREAKING,
            "MODEL",
            Notice.MODEL,
            place,
            path,
            message,
            "Export the model again."));
  }

  /** The last sentence of such a message is the remedy. */
  private static Notice refusal(
      Severity severity,
      String tier,
      String rule,
      Place place,
      String path,
      String message,
      String otherwise) {
    String line = message.replaceAll("\\s+", " ").strip();
    int end = line.lastIndexOf(". ");
    String remedy = end < 0 ? otherwise : line.substring(end + 2);
    return new Notice(
        severity,
        tier,
        rule,
        place,
        false,
        path,
        "",
        end < 0 ? line : line.substring(0, end),
        List.of(),
        remedy.endsWith(".") ? remedy : remedy + ".");
  }

  private Optional<Contracts> readBase(Base base) {
    try {
      return Optional.of(base.read());
    } catch (InvalidContractsException e) {
      Problem first = e.problems().get(0);
      notices.add(
          new Notice(
              Severity.WARNING,
              "",
              Notice.BASE,
              new Place(base.shown(first.file()), first.line(), first.column()),
              true,
              first.path(),
              first.value(),
              "the contracts of "
                  + base.name()
                  + " are not valid, so nothing was compared: "
                  + base.shown(first.reason()),
              List.of(),
              "Compare with another revision, or look at the change yourself."));
      return Optional.empty();
    }
  }

  private void compare(Contracts before, Contracts contracts, Base base) {
    Review review = Review.of(before, contracts);
    for (Finding finding : review.findings()) {
      Notice notice = Notice.of(finding, base);
      if (selection.includes(
          finding.removed()
              ? base.counterpart(finding.place().file(), selection)
              : notice.place().file())) {
        notices.add(notice);
      }
    }
    review.verdicts().stream()
        .filter(verdict -> verdict.needed() != Bump.NONE || !verdict.isRight())
        .forEach(verdicts::add);
    review.state().stream()
        .map(change -> StateRow.of(change, before, contracts, load))
        .forEach(state::add);
  }

  private boolean planBackfill(Contracts before, Contracts contracts) {
    try {
      backfill = BackfillPlan.of(before, contracts, known);
      return true;
    } catch (IOException e) {
      notices.add(
          refusal(
              Severity.WARNING,
              "",
              Notice.TABLES,
              new Place(String.valueOf(known.tables()), 1, 1),
              "",
              "no backfill was planned: " + e.getMessage(),
              "Name the folder with --tables that a job was given with --history."));
      return false;
    }
  }

  private boolean compareData(Contracts before, Contracts contracts, Base base, SampleFile sample) {
    SampleComparison.ModelFiles files =
        (side, model) ->
            side == before ? filesOfBase(before, model, contracts, base) : files(contracts, model);
    try {
      effect =
          new SampleComparison(before, contracts, files, Clock.systemUTC())
              .run(sample)
              .orElse(null);
      if (effect != null && !effect.unfilled().isEmpty()) {
        notices.add(tooShort(effect, sample));
      }
      return true;
    } catch (UnusableSampleException e) {
      String message = base.shown(String.valueOf(e.getMessage()));
      notices.add(
          refusal(
              Severity.WARNING,
              "",
              Notice.SAMPLE,
              new Place(sample.file().toString(), 1, 1),
              "",
              "nothing was compared: " + message,
              "Take another sample."));
      return false;
    }
  }

  private static Notice tooShort(SampleEffect effect, SampleFile sample) {
    List<UnfilledWindow> windows =
        effect.unfilled().stream()
            .sorted(Comparator.comparing(UnfilledWindow::reach).reversed())
            .toList();
    return new Notice(
        Severity.WARNING,
        "",
        Notice.SHORT_SAMPLE,
        new Place(sample.file().toString(), 1, 1),
        false,
        "",
        "",
        "its events span "
            + span(effect.length())
            + ", less than windows reach, so that these never fill and the figures are those of"
            + " entities seen for the first time",
        windows.stream()
            .map(window -> window.feature() + " with " + Durations.format(window.reach()))
            .toList(),
        "Take events of at least "
            + Durations.format(windows.get(0).reach())
            + ", those of fewer entities where the file would be too long.");
  }

  private static String span(Duration length) {
    return length.compareTo(Duration.ofDays(1)) < 0
        ? length.toString()
        : String.format(Locale.ROOT, "%.1f days", length.toMillis() / 86_400_000.0);
  }

  private static Optional<ServedModel> files(Contracts contracts, ModelContract model) {
    try {
      return Optional.of(ServedModel.read(contracts, model));
    } catch (InvalidContractsException e) {
      return Optional.empty();
    }
  }

  /** Those of the new version where they are the same, so that the old ones need not be fetched. */
  private static Optional<ServedModel> filesOfBase(
      Contracts before, ModelContract model, Contracts after, Base base) {
    Optional<ModelContract> now = after.model(model.metadata().name());
    if (now.isPresent()
        && now.get().artifact().sha256().equals(model.artifact().sha256())
        && now.get().fallback().equals(model.fallback())) {
      return files(after, now.get())
          .map(same -> new ServedModel(model, same.file(), same.golden(), same.fallback()));
    }
    try {
      base.copyFiles(before, model);
    } catch (IOException e) {
      return Optional.empty();
    }
    return files(before, model);
  }
}
