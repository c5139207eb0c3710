package io.tidemark.contract;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as contracts write them: ISO 8601 with days, hours, minutes and seconds, upper case.
 * Months and years are left out, for they are not all equally long.
 */
public final class Durations {
  private static final Pattern FORM =
      Pattern.compile(
          "-?P(?=.)(-?\\d{1,12}D)?(T(?=.)(-?\\d{1,12}H)?(-?\\d{1,12}M)?"
              + "(-?\\d{1,12}(\\.\\d{1,9})?S)?)?");
  private static final Pattern SPOKEN =
      Pattern.compile(
          "(\\d{1,9}(?:\\.\\d{1,3})?) ?(ms|millis|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?"
              + "|d|days?|w|weeks?)",
          Pattern.CASE_INSENSITIVE);

  private Durations() {}

  static Optional<Duration> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** What somebody who wrote {@code 7d}, {@code pt1h} or {@code 1 week} most likely means. */
  static Optional<Duration> guess(String text) {
    Matcher matcher = SPOKEN.matcher(text.strip());
    if (!matcher.matches()) {
      return parse(text.strip().toUpperCase(Locale.ROOT));
    }
    double amount = Double.parseDouble(matcher.group(1));
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    double seconds =
        unit.startsWith("ms") || unit.startsWith("milli")
            ? 0.001
            : switch (unit.charAt(0)) {
              case 's' -> 1;
              case 'm' -> 60;
              case 'h' -> 3_600;
              case 'd' -> 86_400;
              default -> 604_800;
            };
    return Optional.of(Duration.ofMillis(Math.round(amount * seconds * 1_000)));
  }

  /** {@code P7D} rather than {@code PT168H}: as a person would write it. */
  public static String format(Duration duration) {
    return !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()))
        ? "P" + duration.toDays() + "D"
        : duration.toString();
  }
}
