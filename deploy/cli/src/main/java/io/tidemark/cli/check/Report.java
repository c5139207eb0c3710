package io.tidemark.cli.check;

import io.tidemark.cli.check.backfill.BackfillPlan;
import io.tidemark.cli.check.sample.SampleEffect;
import io.tidemark.contract.review.Severity;
import io.tidemark.contract.review.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a check found.
 *
 * @param summary what was looked at, in one line
 * @param base what it was compared with; null for nothing
 * @param failOn from which severity on the check fails
 * @param notices the worst first
 * @param verdicts of contracts whose version should move, or did
 * @param backfill what is to be computed again; null where nothing was compared
 * @param sample what the change does to data; null where there was none, or nothing to compare
 */
public record Report(
    String summary,
    @Nullable String base,
    Severity failOn,
    List<Notice> notices,
    List<Verdict> verdicts,
    List<StateRow> state,
    @Nullable BackfillPlan backfill,
    @Nullable SampleEffect sample,
    List<Steps.Step> steps) {
  public Report {
    notices = List.copyOf(notices);
    verdicts = List.copyOf(verdicts);
    state = List.copyOf(state);
    steps = List.copyOf(steps);
  }

  public boolean passed() {
    return notices.stream().noneMatch(this::fails);
  }

  boolean fails(Notice notice) {
    return notice.severity().isAtLeast(failOn);
  }

  long count(Severity severity) {
    return notices.stream().filter(notice -> notice.severity() == severity).count();
  }

  /** {@code 2 breaking, 1 warning, 3 notes}, less what there is none of. */
  String counts() {
    return String.join(
        ", ",
        List.of(
                counted(count(Severity.BREAKING), "breaking", "breaking"),
                counted(count(Severity.WARNING), "warning", "warnings"),
                counted(count(Severity.INFO), "note", "notes"))
            .stream()
            .filter(text -> !text.isEmpty())
            .toList());
  }

  private static String counted(long count, String one, String many) {
    return count == 0 ? "" : count + " " + (count == 1 ? one : many);
  }
}
