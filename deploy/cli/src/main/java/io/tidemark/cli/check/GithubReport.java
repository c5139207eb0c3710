package io.tidemark.cli.check;

import io.tidemark.contract.review.Severity;
import java.io.PrintWriter;

/**
 * Workflow commands that GitHub turns into annotations of the lines they name. It shows ten of each
 * kind per step and drops the others without a word, so the worst ten are sent and the rest is
 * counted.
 *
 * @see <a href="https://docs.github.com/actions/reference/workflow-commands-for-github-actions">
 *     Workflow commands</a>
 */
final class GithubReport {
  private static final int SHOWN_PER_KIND = 10;

  private GithubReport() {}

  static void write(Report report, PrintWriter out) {
    for (Severity severity : Severity.values()) {
      report.notices().stream()
          .filter(notice -> notice.severity() == severity)
          .limit(SHOWN_PER_KIND)
          .forEach(notice -> out.println(annotation(notice)));
      long rest = report.count(severity) - SHOWN_PER_KIND;
      if (rest > 0) {
        out.println(rest + " more of severity " + severity + " are in the other formats.");
      }
    }
    out.println(report.notices().isEmpty() ? report.summary() : report.counts());
  }

  private static String annotation(Notice notice) {
    String kind =
        switch (notice.severity()) {
          case BREAKING -> "error";
          case WARNING -> "warning";
          case INFO -> "notice";
        };
    String title =
        (notice.tier().isEmpty() ? "" : notice.tier() + " ") + notice.rule().replace('-', ' ');
    String place =
        notice.inBase()
            ? ""
            : "file="
                + property(notice.place().file())
                + ",line="
                + notice.place().line()
                + ",col="
                + notice.place().column()
                + ",";
    String text = notice.inBase() ? notice.place().file() + ": " + notice.text() : notice.text();
    return "::" + kind + " " + place + "title=" + property(title) + "::" + data(text);
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
