package io.tidemark.cli.check;

import io.tidemark.contract.review.Severity;
import io.tidemark.contract.review.Verdict;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/** A report for people: a block per notice, then state and versions, then one line. */
final class TextReport {
  private final Report report;
  private final Ansi colours;

  TextReport(Report report, Ansi colours) {
    this.report = report;
    this.colours = colours;
  }

  void write(PrintWriter out) {
    for (Notice notice : report.notices()) {
      out.printf(
          "%s:%d:%d%s%n",
          notice.place().file(), notice.place().line(), notice.place().column(), label(notice));
      line("at", notice.path(), out);
      line(notice.tier().isEmpty() ? "found" : "change", notice.found(), out);
      line("reason", notice.reason(), out);
      line("affects", String.join(", ", notice.affected()), out);
      line("remedy", notice.remedy(), out);
      out.println();
    }
    if (!report.state().isEmpty()) {
      out.println("State:");
      for (StateRow row : report.state()) {
        out.printf("  %s: %s%n", row.contract(), row.sizes());
        row.answers().forEach(answer -> out.printf("    %s%n", answer));
      }
      out.println();
    }
    if (report.backfill() != null && !report.backfill().steps().isEmpty()) {
      BackfillText backfill = new BackfillText(report.backfill());
      out.printf("Backfill: %s%n", backfill.head());
      backfill.lines().forEach(line -> out.printf("  %s%n", line));
      out.println();
    }
    if (report.sample() != null) {
      SampleText sample = new SampleText(report.sample());
      out.printf("Data: %s%n", sample.head());
      sample.lines().forEach(line -> out.printf("  %s%n", line));
      out.println();
    }
    for (Verdict verdict : report.verdicts()) {
      out.printf(
          "%s %s: %s → %s, right is %s%s%n",
          verdict.kind(),
          verdict.name(),
          verdict.before(),
          verdict.after(),
          verdict.right(),
          verdict.isRight() ? "" : " or later");
    }
    out.println(conclusion());
  }

  private String label(Notice notice) {
    if (notice.tier().isEmpty() && notice.severity() == Severity.BREAKING) {
      return "";
    }
    String style =
        switch (notice.severity()) {
          case BREAKING -> "bold,red";
          case WARNING -> "yellow";
          case INFO -> "faint";
        };
    return "  "
        + colours.string("@|" + style + " " + notice.severity() + "|@")
        + (notice.tier().isEmpty() ? "" : "  " + notice.tier())
        + "  "
        + notice.rule();
  }

  private String conclusion() {
    boolean validation = report.base() == null;
    if (validation && report.notices().isEmpty()) {
      return report.summary();
    }
    List<Notice> problems =
        report.notices().stream()
            .filter(notice -> validation || notice.rule().equals(Notice.INVALID))
            .toList();
    if (!problems.isEmpty()) {
      long files = problems.stream().map(notice -> notice.place().file()).distinct().count();
      return counted(problems.size(), "problem") + " in " + counted(files, "file");
    }
    return report.notices().isEmpty()
        ? report.summary() + ", nothing changed since " + report.base()
        : report.counts() + " since " + report.base();
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static void line(String label, String text, PrintWriter out) {
    if (!text.isEmpty()) {
      out.printf("  %-7s %s%n", label + ":", text);
    }
  }
}
