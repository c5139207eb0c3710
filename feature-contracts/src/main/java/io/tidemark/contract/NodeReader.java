package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Kind;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import io.tidemark.contract.YamlNode.Sequence;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Typed values out of YAML nodes. Each method takes null for a key that is absent, and returns null
 * for it or after it has reported what is wrong; the caller then goes on with a default, so that
 * everything else is still checked.
 */
final class NodeReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final int LONGEST_NUMBER = 32;

  private final Problems problems;

  NodeReader(Problems problems) {
    this.problems = problems;
  }

  @Nullable Mapping mapping(@Nullable YamlNode node, String example) {
    if (node == null || node instanceof Mapping) {
      return (Mapping) node;
    }
    problems.add(node, "a mapping (`key: value`) is expected", "Write it as `" + example + "`.");
    return null;
  }

  @Nullable Sequence list(@Nullable YamlNode node, String example) {
    if (node == null || node instanceof Sequence) {
      return (Sequence) node;
    }
    problems.add(node, "a list is expected", "Write it as `" + example + "`.");
    return null;
  }

  /** A scalar as written, whatever it would be as a number or a boolean. */
  @Nullable Scalar scalar(@Nullable YamlNode node, String what, String example) {
    if (node == null) {
      return null;
    }
    if (node instanceof Scalar scalar && scalar.kind() != Kind.NULL && !scalar.text().isBlank()) {
      return scalar;
    }
    problems.add(node, what + " is expected", "Write one, such as `" + example + "`.");
    return null;
  }

  @Nullable String text(@Nullable YamlNode node, String what, String example) {
    Scalar scalar = scalar(node, what, example);
    if (scalar == null) {
      return null;
    }
    if (scalar.kind() != Kind.STRING) {
      problems.add(
          scalar,
          what + " is expected, this is YAML's " + scalar.kind().name().toLowerCase(Locale.ROOT),
          "Put it in quotes if it is meant as text: `\"" + scalar.quoted() + "\"`.");
      return null;
    }
    return scalar.text();
  }

  /** A name of our own: lower snake case, at most 63 characters. */
  @Nullable String name(@Nullable YamlNode node, String what) {
    Scalar scalar = scalar(node, what, "customer_spending");
    return scalar != null && isName(scalar, what) ? scalar.text() : null;
  }

  /** Whether a key or value is a valid name; reports it if not. */
  boolean isName(Scalar scalar, String what) {
    if (NAME.matcher(scalar.text()).matches()) {
      return true;
    }
    String snake =
        scalar
            .text()
            .strip()
            .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_")
            .replaceAll("^_+|_+$", "")
            .replaceAll("^(?=[0-9])", "n_");
    boolean proposable = NAME.matcher(snake).matches();
    problems.add(
        scalar,
        what + " is lower snake case: a letter, then letters, digits and _, at most 63 characters",
        proposable ? "Write `" + snake + "`." : "Rename it, such as `customer_spending`.");
    return false;
  }

  @Nullable SemanticVersion version(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "a version", "1.0.0");
    if (scalar == null) {
      return null;
    }
    Optional<SemanticVersion> version = SemanticVersion.parse(scalar.text());
    if (version.isEmpty()) {
      Optional<SemanticVersion> completed =
          SemanticVersion.parse(scalar.text() + ".0")
              .or(() -> SemanticVersion.parse(scalar.text() + ".0.0"))
              .or(() -> SemanticVersion.parse(scalar.text().replaceFirst("^[vV]", "")));
      problems.add(
          scalar,
          "a version is MAJOR.MINOR.PATCH, three numbers without leading zeros",
          "Write `" + completed.map(SemanticVersion::toString).orElse("1.0.0") + "`.");
    }
    return version.orElse(null);
  }

  @Nullable TopicUri topic(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "a topic", "kafka://tx_events");
    if (scalar == null) {
      return null;
    }
    String text = scalar.text();
    String topic = text.startsWith(TopicUri.PREFIX) ? text.substring(TopicUri.PREFIX.length()) : "";
    if (TOPIC.matcher(topic).matches() && !topic.equals(".") && !topic.equals("..")) {
      return new TopicUri(topic);
    }
    if (!text.contains(":") && TOPIC.matcher(text).matches()) {
      problems.add(
          scalar, "a topic is written with its scheme", "Write `" + TopicUri.PREFIX + text + "`.");
    } else if (topic.contains("/") || topic.contains(":")) {
      problems.add(
          scalar,
          "a topic is kafka://NAME without brokers or folders",
          "Write the topic's name only, such as `kafka://tx_events`; the brokers are a setting of"
              + " the job.");
    } else {
      problems.add(
          scalar,
          "a topic is kafka://NAME, a name of letters, digits, `.`, `_` and `-`, at most 249",
          "Write it as `kafka://tx_events`.");
    }
    return null;
  }

  /** Which durations a place takes, and a usual one. */
  record DurationBounds(Duration min, Duration max, boolean wholeMillis, Duration usual) {}

  @Nullable Duration duration(@Nullable YamlNode node, DurationBounds bounds) {
    Scalar scalar = scalar(node, "a duration", Durations.format(bounds.usual()));
    if (scalar == null) {
      return null;
    }
    Optional<Duration> parsed = Durations.parse(scalar.text());
    if (parsed.isEmpty()) {
      problems.add(scalar, "this is not a duration of ISO 8601", durationRemedy(scalar.text()));
      return null;
    }
    Duration duration = parsed.get();
    if (duration.isNegative()) {
      problems.add(
          scalar,
          "a duration here is not negative",
          "Write `" + Durations.format(duration.negated()) + "`.");
      return null;
    }
    if (duration.compareTo(bounds.min()) < 0) {
      problems.add(
          scalar,
          duration.isZero()
              ? "zero is too short here"
              : "shorter than " + Durations.format(bounds.min()),
          "Write at least `"
              + Durations.format(bounds.min())
              + "`; usual is `"
              + Durations.format(bounds.usual())
              + "`.");
      return null;
    }
    if (duration.compareTo(bounds.max()) > 0) {
      problems.add(
          scalar,
          "longer than " + Durations.format(bounds.max()),
          "Write `" + Durations.format(bounds.max()) + "` or shorter.");
      return null;
    }
    if (bounds.wholeMillis() && duration.toNanosPart() % 1_000_000 != 0) {
      problems.add(
          scalar,
          "event times are whole milliseconds, so is what is measured against them",
          "Write `" + Durations.format(Duration.ofMillis(duration.toMillis())) + "`.");
      return null;
    }
    return duration;
  }

  private static String durationRemedy(String text) {
    String form = "days, hours, minutes and seconds as in `P7D`, `PT1H`, `PT15M`, `PT0.5S`";
    if (text.matches("P\\d{1,9}[MYW].*")) {
      return text.matches("P\\d{1,9}W")
          ? "Weeks are written in days: `P"
              + 7 * Long.parseLong(text.substring(1, text.length() - 1))
              + "D`."
          : "Months and years are not all equally long: write days, such as `P30D` or `P365D`.";
    }
    if (text.matches("\\d{1,9}")) {
      return "Write it with its unit: `PT" + text + "S` for seconds, `P" + text + "D` for days.";
    }
    return Durations.guess(text)
        .map(guess -> "Write `" + Durations.format(guess) + "`: " + form + ".")
        .orElse("Write " + form + ".");
  }

  @Nullable Instant instant(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "a time", "2000-01-01T00:00:00Z");
    if (scalar == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(scalar.text()).toInstant();
    } catch (DateTimeException e) {
      problems.add(
          scalar,
          "this is not a time of ISO 8601 with an offset",
          "Write it as `2000-01-01T00:00:00Z`.");
      return null;
    }
  }

  @Nullable Boolean bool(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "true or false", "true");
    if (scalar == null) {
      return null;
    }
    if (scalar.kind() == Kind.BOOLEAN) {
      return Boolean.valueOf(scalar.text());
    }
    problems.add(
        scalar,
        "true or false is expected, in lower case and without quotes",
        "Write `true` or `false`.");
    return null;
  }

  @Nullable Double number(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "a number", "0.5");
    if (scalar == null) {
      return null;
    }
    boolean numeric = scalar.kind() == Kind.INTEGER || scalar.kind() == Kind.FLOAT;
    if (numeric
        && scalar.text().length() <= LONGEST_NUMBER
        && !scalar.text().contains(".inf")
        && !scalar.text().equals(".nan")) {
      double number = Double.parseDouble(scalar.text());
      if (Double.isFinite(number)) {
        return number;
      }
    }
    problems.add(
        scalar,
        "a finite decimal number is expected",
        "Write it without quotes, leading zeros or units, such as `0.5`.");
    return null;
  }

  @Nullable Integer integer(@Nullable YamlNode node, int min, int max) {
    Scalar scalar = scalar(node, "a whole number", String.valueOf(Math.max(min, 1)));
    if (scalar == null) {
      return null;
    }
    if (scalar.kind() == Kind.INTEGER && scalar.text().length() <= 18) {
      long number = Long.parseLong(scalar.text());
      if (number >= min && number <= max) {
        return (int) number;
      }
    }
    problems.add(
        scalar,
        "a whole number from " + min + " to " + max + " is expected",
        "Write one, such as `" + Math.max(min, 1) + "`, without quotes.");
    return null;
  }

  /**
   * A number of bytes, as {@code 512B}, {@code 64KiB}, {@code 1MiB} or {@code 2GiB}; at least one.
   */
  @Nullable Long bytes(@Nullable YamlNode node) {
    Scalar scalar = scalar(node, "a size", "64KiB");
    if (scalar == null) {
      return null;
    }
    Optional<ByteSize> size = ByteSize.parse(scalar.text()).filter(read -> read.bytes() > 0);
    if (size.isEmpty()) {
      problems.add(
          scalar,
          "this is not a size in bytes",
          "Write `" + ByteSize.guess(scalar.text()) + "`: a whole number and B, KiB, MiB or GiB.");
    }
    return size.map(ByteSize::bytes).orElse(null);
  }

  /**
   * One of a few words.
   *
   * @param what as in "a type of field"
   * @param later words that the design has and this release does not
   */
  <E extends Enum<E>> @Nullable E oneOf(
      @Nullable YamlNode node, String what, E[] values, List<String> later) {
    Map<String, E> byName =
        Arrays.stream(values)
            .collect(
                Collectors.toMap(
                    value -> value.name().toLowerCase(Locale.ROOT),
                    Function.identity(),
                    (a, b) -> a,
                    LinkedHashMap::new));
    String word = oneOf(node, what, byName.keySet(), later);
    return word == null ? null : byName.get(word);
  }

  /** The same of words that are no enum. */
  @Nullable String oneOf(
      @Nullable YamlNode node, String what, Collection<String> words, List<String> later) {
    Scalar scalar = scalar(node, what, words.iterator().next());
    if (scalar == null) {
      return null;
    }
    if (!words.contains(scalar.text())) {
      List<String> allowed = Nearest.sorted(scalar.text(), words);
      boolean known = later.contains(scalar.text());
      problems.add(
          scalar,
          known
              ? "this " + what.substring(what.indexOf(' ') + 1) + " belongs to a later release"
              : "this is not " + what,
          (known ? "Today there is: " : "Write one of: ") + String.join(", ", allowed) + ".");
      return null;
    }
    return scalar.text();
  }
}
