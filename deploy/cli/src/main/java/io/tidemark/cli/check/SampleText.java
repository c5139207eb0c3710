package io.tidemark.cli.check;

import io.tidemark.cli.check.sample.SampleEffect;
import io.tidemark.cli.check.sample.SampleFile;
import io.tidemark.cli.check.sample.ValueChange;
import io.tidemark.cli.check.sample.ValueChange.Summary;
import io.tidemark.jobs.drift.SampleDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a change does to data, in words and figures that several forms of a report share. */
final class SampleText {
  private static final double SMALLEST_SHOWN = 0.001;

  private final SampleEffect effect;

  SampleText(SampleEffect effect) {
    this.effect = effect;
  }

  /** What was run, and which rows were left out. */
  String head() {
    long before = effect.rejectedBefore();
    long after = effect.rejectedAfter();
    return String.format(
            Locale.ROOT, "both versions over %,d events of %s", effect.accepted(), effect.sample())
        + (effect.truncated()
            ? String.format(Locale.ROOT, " (its first %,d rows only)", (long) SampleFile.MAX_ROWS)
            : "")
        + (before == 0 && after == 0
            ? ""
            : String.format(Locale.ROOT, ", rows rejected %,d → %,d", before, after))
        + (effect.features().isEmpty() && effect.scores().isEmpty() ? ": no value differs" : "");
  }

  /** One line per quantity. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    effect.features().forEach(feature -> lines.add(line("", feature)));
    effect.scores().forEach(scores -> lines.add(line("scores of ", scores)));
    return lines;
  }

  private String line(String prefix, ValueChange change) {
    List<String> parts = new ArrayList<>();
    parts.add(change.before() == null ? "new" : share(change.changedShare()) + " of rows differ");
    parts.add("mean " + mean(change));
    parts.add("no value " + missing(change));
    if (hasDefaults(change)) {
      parts.add("default " + defaulted(change));
    }
    SampleDistance distance = change.distance();
    if (distance != null) {
      parts.add("KS " + distance(distance.ks()) + ", PSI " + distance(distance.psi()));
    }
    return prefix + change.name() + ": " + String.join(", ", parts);
  }

  static String mean(ValueChange change) {
    Summary before = change.before();
    return sides(before == null ? null : number(before.mean()), number(change.after().mean()));
  }

  static String missing(ValueChange change) {
    Summary before = change.before();
    return sides(
        before == null ? null : share(before.missing(), change.rows()),
        share(change.after().missing(), change.rows()));
  }

  static boolean hasDefaults(ValueChange change) {
    Summary before = change.before();
    return change.after().defaulted() > 0 || (before != null && before.defaulted() > 0);
  }

  static String defaulted(ValueChange change) {
    Summary before = change.before();
    return sides(
        before == null ? null : share(before.defaulted(), change.rows()),
        share(change.after().defaulted(), change.rows()));
  }

  private static String sides(@Nullable String before, String after) {
    return before == null ? after : before + " → " + after;
  }

  private static String share(long part, long whole) {
    return share(whole == 0 ? 0 : (double) part / whole);
  }

  /** In percent; what is not nothing never looks like it. */
  static String share(double share) {
    return share > 0 && share < SMALLEST_SHOWN
        ? "<0.1%"
        : String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  static String distance(double distance) {
    return String.format(Locale.ROOT, "%.3f", distance);
  }

  /** Four digits that matter. */
  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "none";
    }
    double size = Math.abs(number);
    return size != 0 && (size < SMALLEST_SHOWN || size >= 1e9)
        ? String.format(Locale.ROOT, "%.3g", number)
        : String.format(Locale.ROOT, size < 1 ? "%.4g" : size < 100 ? "%.3f" : "%,.1f", number);
  }
}
