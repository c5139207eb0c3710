package io.tidemark.cli.check;

import io.tidemark.cli.check.backfill.BackfillPlan;
import io.tidemark.cli.check.backfill.BackfillStep;
import io.tidemark.cli.check.sample.Histogram;
import io.tidemark.cli.check.sample.SampleEffect;
import io.tidemark.cli.check.sample.ValueChange;
import io.tidemark.contract.review.Severity;
import io.tidemark.contract.review.Verdict;
import io.tidemark.jobs.drift.SampleDistance;
import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A comment of a pull request. Its first line is a mark by which the next report finds it and takes
 * its place; its length stays within what GitHub takes.
 */
final class MarkdownReport {
  static final String MARK = "<!-- tidemark-check -->";

  /** GitHub takes 65,536 characters. */
  private static final int MAX_CHARACTERS = 60_000;

  /** What messages write between backquotes, which are escaped already. */
  private static final Pattern QUOTED = Pattern.compile("&#96;(.*?)&#96;");

  private static final int MAX_HISTOGRAMS = 12;
  private static final int MAX_BLOCKS = 20;

  private MarkdownReport() {}

  static void write(Report report, PrintWriter out) {
    StringBuilder text = new StringBuilder(MARK).append("\n## Contracts: ");
    text.append(report.passed() ? "passed" : "failed").append("\n\n");
    text.append(escaped(report.notices().isEmpty() ? report.summary() : report.counts()));
    if (report.base() != null) {
      text.append(report.notices().isEmpty() ? ", nothing changed" : "");
      text.append(" since ").append(code(report.base()));
    }
    text.append(".\n");
    StringBuilder after = new StringBuilder();
    appendVersions(report, after);
    appendState(report, after);
    if (report.backfill() != null) {
      appendBackfill(report.backfill(), after);
    }
    if (report.sample() != null) {
      appendSample(report.sample(), after);
    }
    appendNotices(report, text, MAX_CHARACTERS - Math.min(after.length(), MAX_CHARACTERS / 2));
    if (text.length() + after.length() <= MAX_CHARACTERS) {
      text.append(after);
    }
    out.print(text);
  }

  private static void appendNotices(Report report, StringBuilder text, int limit) {
    if (report.notices().isEmpty()) {
      return;
    }
    text.append("\n| | concerns | where | what | what to do |\n|---|---|---|---|---|\n");
    int shown = 0;
    for (Notice notice : report.notices()) {
      String row = row(notice);
      if (text.length() + row.length() > limit) {
        break;
      }
      text.append(row);
      shown++;
    }
    int rest = report.notices().size() - shown;
    if (rest > 0) {
      text.append("\n").append(rest).append(" more do not fit here.\n");
    }
  }

  private static String row(Notice notice) {
    String what =
        (notice.found().isEmpty() ? "" : code(notice.found()) + ": ")
            + escaped(notice.reason())
            + (notice.affected().isEmpty()
                ? ""
                : "<br>affects " + escaped(String.join(", ", notice.affected())));
    return "| %s | %s | %s<br>%s | %s | %s |%n"
        .formatted(
            icon(notice.severity()) + " " + notice.severity(),
            notice.tier().isEmpty() ? "everybody" : notice.tier(),
            code(notice.place().file() + ":" + notice.place().line()),
            escaped(notice.path()),
            what,
            escaped(notice.remedy()))
        .replace(System.lineSeparator(), "\n");
  }

  private static String icon(Severity severity) {
    return switch (severity) {
      case BREAKING -> "🛑";
      case WARNING -> "⚠️";
      case INFO -> "ℹ️";
    };
  }

  private static void appendVersions(Report report, StringBuilder text) {
    if (report.verdicts().isEmpty()) {
      return;
    }
    text.append("\n### Versions\n\n| contract | was | is | right |\n|---|---|---|---|\n");
    for (Verdict verdict : report.verdicts()) {
      text.append(
          "| %s %s | %s | %s | %s |\n"
              .formatted(
                  verdict.kind(),
                  escaped(verdict.name()),
                  verdict.before(),
                  verdict.after(),
                  verdict.isRight() ? "yes" : "**" + verdict.right() + "** or later"));
    }
  }

  private static void appendState(Report report, StringBuilder text) {
    if (report.state().isEmpty()) {
      return;
    }
    text.append("\n### State\n\n| contract | size | features |\n|---|---|---|\n");
    for (StateRow row : report.state()) {
      text.append(
          "| %s | %s | %s |\n"
              .formatted(
                  escaped(row.contract()), row.sizes(), escaped(String.join(", ", row.answers()))));
    }
  }

  private static void appendBackfill(BackfillPlan plan, StringBuilder text) {
    if (plan.steps().isEmpty()) {
      return;
    }
    text.append("\n### Backfill\n\nIn this order: ");
    text.append(escaped(new BackfillText(plan).head())).append(".\n");
    text.append("\n| | compute again | read | time | after |\n|--:|---|---|---|---|\n");
    int number = 0;
    for (BackfillStep step : plan.steps()) {
      text.append(
          "| %d | %s%s | %s | %s | %s |\n"
              .formatted(
                  ++number,
                  escaped(step.what().contract()),
                  escaped(BackfillText.features(step)),
                  escaped(BackfillText.reads(step)),
                  step.duration() == null ? "" : BackfillText.duration(step.duration()),
                  escaped(String.join(", ", step.what().after()))));
    }
  }

  private static void appendSample(SampleEffect effect, StringBuilder text) {
    SampleText words = new SampleText(effect);
    text.append("\n### Data\n\nRan ").append(escaped(words.head())).append(".\n");
    List<ValueChange> all =
        Stream.concat(effect.features().stream(), effect.scores().stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    text.append("\n| | rows that differ | mean | no value | default | KS | PSI |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (ValueChange change : all) {
      SampleDistance distance = change.distance();
      text.append(
          "| %s | %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  title(effect, change),
                  change.before() == null ? "new" : SampleText.share(change.changedShare()),
                  SampleText.mean(change),
                  SampleText.missing(change),
                  SampleText.hasDefaults(change) ? SampleText.defaulted(change) : "",
                  distance == null ? "" : SampleText.distance(distance.ks()),
                  distance == null ? "" : SampleText.distance(distance.psi())));
    }
    int shown = 0;
    for (ValueChange change : all) {
      if (change.histogram().bins().isEmpty()
          || (change.changed() == 0 && change.before() != null)) {
        continue;
      }
      if (++shown > MAX_HISTOGRAMS) {
        text.append("\nMore histograms are in the JSON report.\n");
        break;
      }
      appendHistogram(
          (effect.scores().contains(change) ? "scores of " : "") + html(change.name()),
          change.histogram(),
          text);
    }
  }

  private static String title(SampleEffect effect, ValueChange change) {
    return (effect.scores().contains(change) ? "scores of " : "") + escaped(change.name());
  }

  private static void appendHistogram(String title, Histogram histogram, StringBuilder text) {
    long before = histogram.bins().stream().mapToLong(Histogram.Bin::before).sum();
    long after = histogram.bins().stream().mapToLong(Histogram.Bin::after).sum();
    double largest =
        histogram.bins().stream()
            .mapToDouble(bin -> Math.max(share(bin.before(), before), share(bin.after(), after)))
            .max()
            .orElse(1);
    text.append("\n<details><summary>").append(title).append("</summary>\n\n");
    text.append("| | before | after |\n|--:|:--|:--|\n");
    for (Histogram.Bin bin : histogram.bins()) {
      text.append(
          "| %s | %s | %s |\n"
              .formatted(
                  escaped(bin.label()),
                  bar(share(bin.before(), before), largest),
                  bar(share(bin.after(), after), largest)));
    }
    text.append("\n</details>\n");
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private static String bar(double share, double largest) {
    if (share == 0) {
      return "";
    }
    long blocks = Math.round(share / largest * MAX_BLOCKS);
    return (blocks == 0 ? "" : "█".repeat((int) blocks) + " ") + SampleText.share(share);
  }

  private static String code(String text) {
    return "<code>" + html(text) + "</code>";
  }

  /** As text: no HTML but of quotes, no markup, on one line of a table, mentioning nobody. */
  private static String escaped(String text) {
    return QUOTED
        .matcher(html(text).replace("_", "\\_").replace("*", "\\*").replace("[", "\\["))
        .replaceAll("<code>$1</code>");
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("|", "&#124;")
        .replace("`", "&#96;")
        .replace("@", "&#64;")
        .replaceAll("\\s+", " ");
  }
}
