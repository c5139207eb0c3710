package io.tidemark.contract;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as contracts write it, in powers of 1024. */
public record ByteSize(long bytes) {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)");
  private static final Pattern SPOKEN =
      Pattern.compile("(\\d{1,9}) ?([kmg]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);

  static Optional<ByteSize> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ByteSize(
                Long.parseLong(matcher.group(1)) << (10 * UNITS.indexOf(matcher.group(2)))))
        : Optional.empty();
  }

  /** What somebody who wrote {@code 64k} or {@code 64 KB} most likely means. */
  static String guess(String text) {
    Matcher matcher = SPOKEN.matcher(text.strip());
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      return "64KiB";
    }
    String prefix = matcher.group(2).toUpperCase(Locale.ROOT);
    return Long.parseLong(matcher.group(1)) + (prefix.isEmpty() ? "B" : prefix + "iB");
  }

  /** The smallest size of four figures or fewer in its unit that holds {@code bytes}. */
  public static ByteSize roundedUp(long bytes) {
    int unit = 0;
    while (unit < UNITS.size() - 1 && bytes > 9_999L << (10 * unit)) {
      unit++;
    }
    long size = 1L << (10 * unit);
    return new ByteSize((bytes + size - 1) / size * size);
  }

  /** In the largest unit that leaves no fraction. */
  @Override
  public String toString() {
    int unit = 0;
    while (unit < UNITS.size() - 1 && bytes > 0 && bytes % (1L << (10 * (unit + 1))) == 0) {
      unit++;
    }
    return (bytes >> (10 * unit)) + UNITS.get(unit);
  }
}
