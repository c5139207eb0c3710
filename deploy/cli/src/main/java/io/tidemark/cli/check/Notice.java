package io.tidemark.cli.check;

import io.tidemark.contract.Place;
import io.tidemark.contract.Problem;
import io.tidemark.contract.review.Finding;
import io.tidemark.contract.review.Severity;
import java.util.List;

/**
 * Something to tell about one place: a problem that makes contracts invalid, or what a change does.
 *
 * @param tier whom it concerns; empty for a problem
 * @param rule what it is filed under
 * @param inBase whether the place is in what the contracts are compared with
 * @param path keys inside of the document; empty for all of it
 * @param found the value of a problem, or what changed; empty where something is absent
 */
public record Notice(
    Severity severity,
    String tier,
    String rule,
    Place place,
    boolean inBase,
    String path,
    String found,
    String reason,
    List<String> affected,
    String remedy) {
  /** The rule of every problem of validation. */
  static final String INVALID = "invalid-contract";

  /** The rule of models that are not what their contracts say. */
  static final String MODEL = "invalid-model";

  /** The rule of what contracts cannot be compared with. */
  static final String BASE = "invalid-base";

  /** The rule of samples that nothing can be compared over. */
  static final String SAMPLE = "unusable-sample";

  /** The rule of samples that windows do not fill over. */
  static final String SHORT_SAMPLE = "short-sample";

  /** The rule of tables that cannot be read. */
  static final String TABLES = "unreadable-table";

  public Notice {
    affected = List.copyOf(affected);
  }

  static Notice of(Problem problem) {
    return new Notice(
        Severity.BREAKING,
        "",
        INVALID,
        new Place(problem.file(), problem.line(), problem.column()),
        false,
        problem.path(),
        problem.value(),
        problem.reason(),
        List.of(),
        problem.remedy());
  }

  static Notice of(Finding finding, Base base) {
    Place place = finding.place();
    return new Notice(
        finding.severity(),
        finding.tier().name(),
        finding.rule().id(),
        new Place(base.shown(place.file()), place.line(), place.column()),
        finding.removed(),
        finding.path(),
        finding.change(),
        finding.reason(),
        finding.affected(),
        finding.remedy());
  }

  /** All of it but place, severity and rule, as a sentence or three. */
  String text() {
    return (path.isEmpty() ? "" : path + ": ")
        + (found.isEmpty() ? "" : found + ": ")
        + reason
        + (affected.isEmpty() ? "" : " (affects " + String.join(", ", affected) + ")")
        + ". "
        + remedy;
  }
}
