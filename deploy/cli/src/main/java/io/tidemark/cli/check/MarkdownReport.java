package io.tidemark.cli.check;

import io.tidemark.contract.review.Severity;
import io.tidemark.contract.review.Verdict;
import java.io.PrintWriter;

/**
 * A comment of a pull request. Its first line is a mark by which the next report finds it and takes
 * its place; its length stays within what GitHub takes.
 */
final class MarkdownReport {
  static final String MARK = "<!-- tidemark-check -->";

  /** GitHub takes 65,536 characters. */
  private static final int MAX_CHARACTERS = 60_000;

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

  private static String code(String text) {
    return "<code>" + html(text) + "</code>";
  }

  /** As text: neither HTML nor markup, on one line of a table, mentioning nobody. */
  private static String escaped(String text) {
    return html(text).replace("_", "\\_").replace("*", "\\*").replace("[", "\\[");
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
