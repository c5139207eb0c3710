package io.tidemark.cli.check;

import io.tidemark.cli.check.backfill.BackfillPlan;
import io.tidemark.cli.check.backfill.BackfillStep;
import io.tidemark.contract.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A backfill in words that several forms of a report share. */
final class BackfillText {
  private static final int SHOWN_FEATURES = 4;

  private final BackfillPlan plan;

  BackfillText(BackfillPlan plan) {
    this.plan = plan;
  }

  /** How long all of it takes, or what to say so that it can be told. */
  String head() {
    Duration total = plan.duration();
    if (total == null) {
      return "name the tables with --tables, or the load with --keys and --rate, to see rows and time";
    }
    return String.format(
        Locale.ROOT, "%s at %,.0f rows a second", duration(total), plan.rowsPerSecond());
  }

  /** One line per step, numbered. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (BackfillStep step : plan.steps()) {
      lines.add(
          "%d. %s%s: %s%s"
              .formatted(
                  lines.size() + 1,
                  step.what().contract(),
                  features(step),
                  reads(step),
                  step.duration() == null ? "" : ", " + duration(step.duration())));
    }
    return lines;
  }

  static String features(BackfillStep step) {
    List<String> all = step.what().features();
    if (all.isEmpty()) {
      return "";
    }
    String shown = String.join(", ", all.subList(0, Math.min(SHOWN_FEATURES, all.size())));
    int rest = all.size() - SHOWN_FEATURES;
    return " (" + shown + (rest > 0 ? " and " + rest + " more" : "") + ")";
  }

  static String reads(BackfillStep step) {
    String source = step.what().source().metadata().name();
    return switch (step.basis()) {
      case TABLE ->
          String.format(
                  Locale.ROOT,
                  "%,d rows (%s) of table events/%s from %s on",
                  step.rows(),
                  ByteSize.roundedUp(step.bytes()),
                  source,
                  step.readFrom())
              + masked(step);
      case RATE ->
          String.format(
              Locale.ROOT,
              "%,d events of %s, %s",
              step.rows(),
              step.what().source().topic(),
              back(step.what().reach()));
      case UNKNOWN ->
          "events of " + step.what().source().topic() + ", " + back(step.what().reach());
    };
  }

  private static String masked(BackfillStep step) {
    List<String> fields = step.what().masked();
    return fields.isEmpty()
        ? ""
        : ", where "
            + String.join(", ", fields)
            + (fields.size() == 1 ? " is" : " are")
            + " masked: read as many from the topic, or from what fills it";
  }

  private static String back(@Nullable Duration reach) {
    if (reach == null) {
      return "all that there ever were";
    }
    return reach.isZero() ? "each by itself" : "of the last " + StateRow.days(reach);
  }

  /** To the minute, from an hour on. */
  static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3_600
        ? (seconds + 59) / 60 + " min"
        : String.format(Locale.ROOT, "%d h %d min", seconds / 3_600, seconds % 3_600 / 60);
  }
}
