package io.tidemark.cli.check;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Help.Ansi;

/** The forms of a report. */
public enum Format {
  /** For people at a terminal. */
  TEXT,
  /** For programs: all that is known, the steps included. */
  JSON,
  /** For the test reports of a CI server. */
  JUNIT,
  /** For code scanning, SARIF 2.1.0. */
  SARIF,
  /** Annotations in a log of GitHub Actions. */
  GITHUB,
  /** For a comment of a pull request, which the next report replaces. */
  MARKDOWN;

  /**
   * @param colours of a terminal; only text has any
   */
  public void write(Report report, PrintWriter out, Ansi colours) throws IOException {
    switch (this) {
      case TEXT -> new TextReport(report, colours).write(out);
      case JSON -> JsonReport.write(report, out);
      case JUNIT -> JunitReport.write(report, out);
      case SARIF -> SarifReport.write(report, out);
      case GITHUB -> GithubReport.write(report, out);
      case MARKDOWN -> MarkdownReport.write(report, out);
    }
    out.flush();
  }
}
