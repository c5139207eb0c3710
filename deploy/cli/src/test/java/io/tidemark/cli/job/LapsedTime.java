package io.tidemark.cli.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files of Prometheus and Alertmanager with every wait a twentieth of what it is: five minutes are
 * 15 seconds. Waits are what the keys {@code for}, {@code group_wait}, {@code group_interval} and
 * {@code repeat_interval} say; nothing else is touched, no expression, label, annotation or route.
 */
final class LapsedTime {
  static final int FACTOR = 20;

  private static final Pattern WAIT =
      Pattern.compile(
          "(?m)^(?<key> *(for|group_wait|group_interval|repeat_interval): )"
              + "(?<amount>\\d+)(?<unit>[smh])$");

  private LapsedTime() {}

  static String of(String yaml) {
    Matcher waits = WAIT.matcher(yaml);
    return waits.replaceAll(
        wait ->
            waits.group("key")
                + Long.parseLong(waits.group("amount")) * millis(waits.group("unit")) / FACTOR
                + "ms");
  }

  private static long millis(String unit) {
    return switch (unit) {
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> throw new IllegalArgumentException(unit);
    };
  }
}
