package io.tidemark.contract.review;

import io.tidemark.contract.Contract;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One contract before and after, and what was found about it so far.
 *
 * <p>Its version is judged last: it has to move with the highest of the findings.
 */
final class Change<C extends Contract> {
  private static final int LONGEST_QUOTE = 80;

  private final Contracts contracts;
  private final C before;
  private final C after;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param contracts that {@code after} is one of
   */
  Change(Contracts contracts, C before, C after) {
    this.contracts = contracts;
    this.before = before;
    this.after = after;
  }

  C before() {
    return before;
  }

  C after() {
    return after;
  }

  List<Finding> findings() {
    return findings;
  }

  /** Whether the version moved by a part at least. */
  boolean moved(Bump atLeast) {
    return Bump.between(before.metadata().version(), after.metadata().version()).compareTo(atLeast)
        >= 0;
  }

  /** Begins a finding; {@link Report#report} ends it. */
  Report found(Tier tier, Severity severity, Rule rule, Bump bump) {
    return new Report(tier, severity, rule, bump);
  }

  /** Owner and description; the name where something else told that it is the same contract. */
  void compareWords() {
    Metadata was = before.metadata();
    Metadata is = after.metadata();
    if (!was.owner().equals(is.owner())) {
      found(Tier.DOC, Severity.INFO, Rule.WORDS, Bump.PATCH)
          .at("metadata", "owner")
          .from(was.owner(), is.owner())
          .report("another team answers for it", "Make sure that both teams know.");
    }
    if (!was.description().equals(is.description())) {
      found(Tier.DOC, Severity.INFO, Rule.WORDS, Bump.PATCH)
          .at("metadata", "description")
          .from(was.description(), is.description())
          .report("only words changed", "Nothing to do.");
    }
  }

  /** Holds the version that was written against what the findings ask for. */
  Verdict judgeVersion() {
    SemanticVersion was = before.metadata().version();
    SemanticVersion is = after.metadata().version();
    Bump needed = findings.stream().map(Finding::bump).reduce(Bump.NONE, Bump::max);
    Bump written = Bump.between(was, is);
    SemanticVersion right = needed.next(was);
    if (is.compareTo(was) < 0) {
      found(Tier.DOC, Severity.BREAKING, Rule.VERSION_BEHIND, Bump.NONE)
          .at("metadata", "version")
          .from(was.toString(), is.toString())
          .report(
              "the version goes back, so that two meanings share one version",
              "Write `version: " + right + "`.");
    } else if (written.compareTo(needed) < 0) {
      Finding cause =
          findings.stream()
              .filter(finding -> finding.bump() == needed)
              .min(Comparator.comparing(Finding::tier).thenComparing(Comparator.naturalOrder()))
              .orElseThrow();
      found(cause.tier(), severity(needed), Rule.VERSION_BEHIND, Bump.NONE)
          .at("metadata", "version")
          .report(
              (written == Bump.NONE
                      ? "the version is still " + was
                      : "the version went from " + was + " to " + is + " only")
                  + ", but what changed under `"
                  + cause.path()
                  + "` needs a new "
                  + needed
                  + " version",
              wayOut(needed, right));
    }
    return new Verdict(kind(after), after.metadata().name(), was, is, needed, right);
  }

  private static Severity severity(Bump needed) {
    return switch (needed) {
      case MAJOR -> Severity.BREAKING;
      case MINOR -> Severity.WARNING;
      case PATCH, NONE -> Severity.INFO;
    };
  }

  private String wayOut(Bump needed, SemanticVersion right) {
    if (needed == Bump.MAJOR && after instanceof FeatureContract) {
      return "Write the change as a second contract `"
          + after.metadata().name()
          + "` with `version: "
          + right
          + "` beside this one: two majors run side by side until every model has moved.";
    }
    return "Write `version: " + right + "`.";
  }

  static String kind(Contract contract) {
    if (contract instanceof EventContract) {
      return "event contract";
    }
    return contract instanceof FeatureContract ? "feature contract" : "model contract";
  }

  static String named(Contract contract) {
    return kind(contract) + " " + contract.metadata().name() + " " + contract.metadata().version();
  }

  private static String shortened(Object value) {
    String text = String.valueOf(value).replaceAll("\\s+", " ");
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE - 1) + "…";
  }

  /** A finding in the making. */
  final class Report {
    private final Tier tier;
    private final Severity severity;
    private final Rule rule;
    private final Bump bump;
    private List<String> path = List.of();
    private String was = "";
    private String is = "";
    private List<String> affected = List.of();

    private Report(Tier tier, Severity severity, Rule rule, Bump bump) {
      this.tier = tier;
      this.severity = severity;
      this.rule = rule;
      this.bump = bump;
    }

    Report at(String... path) {
      this.path = List.of(path);
      return this;
    }

    Report from(Object was, Object is) {
      this.was = shortened(Objects.requireNonNull(was));
      this.is = shortened(Objects.requireNonNull(is));
      return this;
    }

    Report affecting(List<String> affected) {
      this.affected = affected;
      return this;
    }

    void report(String reason, String remedy) {
      findings.add(
          new Finding(
              tier,
              severity,
              rule,
              named(after),
              String.join(".", path),
              contracts.place(after, path.toArray(String[]::new)),
              false,
              was,
              is,
              reason,
              affected,
              remedy,
              bump));
    }
  }
}
