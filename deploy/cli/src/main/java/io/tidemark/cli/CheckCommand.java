package io.tidemark.cli;

import io.tidemark.cli.check.Base;
import io.tidemark.cli.check.Check;
import io.tidemark.cli.check.Format;
import io.tidemark.cli.check.GitException;
import io.tidemark.cli.check.Load;
import io.tidemark.cli.check.Report;
import io.tidemark.cli.check.Selection;
import io.tidemark.cli.check.backfill.BackfillPlan;
import io.tidemark.cli.check.sample.SampleFile;
import io.tidemark.cli.output.OutputFile;
import io.tidemark.contract.review.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Validates contracts, tries the models they name, and tells what they change since a base: the
 * gate of a pull request.
 */
@Command(
    name = "check",
    description = {
      "Validate contracts, and tell what they change.",
      "Shows every problem of every file with its place, what was found there, the reason and the"
          + " remedy. With --base also what the change does to models, to the state of running"
          + " jobs, to tables and to consumers of topics, and which version is right."
    },
    footer = {
      "  tidemark check",
      "  tidemark check --base origin/main",
      "  tidemark check --base origin/main --format markdown --fail-on warning",
      "  tidemark check --base main --sample payments.csv.gz"
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH",
      description =
          "Folder with a sub-folder per domain, or files in it. Without it:"
              + " feature-contracts/contracts of the checkout you are in, or else the contracts"
              + " that are part of this program.")
  private List<Path> paths = List.of();

  @Option(
      names = "--base",
      paramLabel = "REV|DIR",
      description = "Compare with a revision of git, or with a folder. Default: with nothing.")
  private @Nullable String base;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text, json, junit, sarif, github or markdown. Default: ${DEFAULT-VALUE}; NO_COLOR keeps"
              + " it plain.")
  private Format format = Format.TEXT;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "breaking",
      description = "Exit with 1 from here on: breaking or warning. Default: ${DEFAULT-VALUE}.")
  private FailOn failOn = FailOn.BREAKING;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "With --base: estimate the state of so many keys, before and after.")
  private @Nullable Long keys;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "With --keys: events per second of all of them. Default: what each contract expects.")
  private @Nullable Double rate;

  @Option(
      names = "--sample",
      paramLabel = "[EVENT=]FILE",
      description =
          "With --base: run both versions over the same events and compare features and scores."
              + " CSV, or JSON lines (.jsonl), or either with .gz, in event-time order; of the first"
              + " 500,000 rows. EVENT names their contract where features of several changed.")
  private @Nullable String sample;

  @Option(
      names = "--tables",
      paramLabel = "DIR",
      description =
          "With --base: the folder of the job's Delta tables (its --history): rows and bytes of a"
              + " backfill are read from their logs.")
  private @Nullable Path tables;

  @Option(
      names = "--backfill-since",
      paramLabel = "DATE",
      description =
          "With --tables: first day whose values are wanted again, such as 2018-07-01. Default: all"
              + " days of the table.")
  private @Nullable LocalDate backfillSince;

  @Option(
      names = "--backfill-rate",
      paramLabel = "R",
      defaultValue = "39500",
      description =
          "Rows a second of a backfill. Default: ${DEFAULT-VALUE}, which `tidemark bench pipeline`"
              + " measured in event-time order with tables on two cores.")
  private double backfillRate = BackfillPlan.DEFAULT_ROWS_PER_SECOND;

  @Option(
      names = "--backfill-plan",
      paramLabel = "FILE",
      description = "With --base: write what is to be computed again, in order, as JSON.")
  private @Nullable Path backfillPlan;

  /** What a check can fail on. */
  enum FailOn {
    BREAKING,
    WARNING
  }

  @Override
  public Integer call() throws IOException {
    Load load = load();
    SampleFile events = sample();
    BackfillPlan.Known known = known(load);
    Selection selection = selection();
    try (Base compared = base(selection)) {
      Report report =
          new Check(
                  selection,
                  compared,
                  failOn == FailOn.WARNING ? Severity.WARNING : Severity.BREAKING,
                  load,
                  events,
                  known)
              .run();
      if (backfillPlan != null && report.backfill() != null) {
        write(report.backfill(), backfillPlan);
      }
      format.write(report, spec.commandLine().getOut(), spec.commandLine().getColorScheme().ansi());
      return report.passed() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private @Nullable Load load() {
    if (keys == null && rate == null) {
      return null;
    }
    if (base == null || keys == null) {
      throw wrongUsage(
          keys == null
              ? "--rate is the rate of all keys. Say how many there are with --keys."
              : "--keys is for what changes. Say since when with --base.");
    }
    try {
      return new Load(keys, rate);
    } catch (IllegalArgumentException e) {
      throw wrongUsage("--keys and --rate are more than 0, such as --keys 1000000 --rate 2000.");
    }
  }

  private BackfillPlan.Known known(@Nullable Load load) {
    if (base == null && (tables != null || backfillPlan != null)) {
      throw wrongUsage(
          "--tables and --backfill-plan are for what changes. Say since when with --base.");
    }
    if (backfillSince != null && tables == null) {
      throw wrongUsage("--backfill-since is for rows of tables. Name their folder with --tables.");
    }
    if (tables != null && !Files.isDirectory(tables)) {
      throw wrongUsage("--tables " + tables + ": there is no such folder.");
    }
    if (backfillPlan != null
        && !Files.isDirectory(Objects.requireNonNull(backfillPlan.toAbsolutePath().getParent()))) {
      throw wrongUsage("--backfill-plan " + backfillPlan + ": there is no such folder.");
    }
    try {
      return new BackfillPlan.Known(
          tables,
          backfillSince,
          load == null ? null : load.keys(),
          load == null ? null : load.eventsPerSecond(),
          backfillRate);
    } catch (IllegalArgumentException e) {
      throw wrongUsage("--backfill-rate is more than 0, such as 39500.");
    }
  }

  private static void write(BackfillPlan plan, Path path) throws IOException {
    try (OutputFile file = OutputFile.create(path)) {
      plan.write(file.writer());
      file.commit();
    }
  }

  private @Nullable SampleFile sample() {
    if (sample == null) {
      return null;
    }
    if (base == null) {
      throw wrongUsage("--sample is for what changes. Say since when with --base.");
    }
    try {
      return SampleFile.of(sample);
    } catch (IllegalArgumentException e) {
      throw wrongUsage("--sample " + e.getMessage());
    }
  }

  private Selection selection() {
    if (paths.isEmpty()) {
      return Selection.ofCheckout(ContractsFolder.ofCheckout(Path.of("").toAbsolutePath()));
    }
    try {
      return Selection.of(paths);
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Base base(Selection selection) throws IOException {
    if (base == null) {
      return null;
    }
    Path folder = selection.folder();
    if (folder == null) {
      throw wrongUsage(
          "--base compares contracts of a folder with it. Name one, or start in a checkout.");
    }
    try {
      return Base.of(base, folder);
    } catch (GitException e) {
      throw wrongUsage("--base: " + e.getMessage());
    }
  }

  private ParameterException wrongUsage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
