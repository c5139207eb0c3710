package io.tidemark.contract;

import io.tidemark.contract.NodeReader.DurationBounds;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.contract.YamlNode.Entry;
import io.tidemark.contract.YamlNode.Mapping;
import io.tidemark.contract.YamlNode.Scalar;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code window:} and refuses windows that cannot be. */
final class WindowReader {
  private static final Duration LONGEST_REACH = Duration.ofDays(366);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final DurationBounds SIZE = atLeastASecond(Duration.ofDays(7));
  private static final DurationBounds DELAY =
      new DurationBounds(Duration.ZERO, LONGEST_REACH, true, Duration.ofDays(7));
  private static final DurationBounds HOP = atLeastASecond(Duration.ofHours(1));
  private static final DurationBounds PERIOD = atLeastASecond(Duration.ofDays(1));
  private static final DurationBounds OFFSET =
      new DurationBounds(Duration.ZERO, LONGEST_REACH, true, Duration.ofHours(1));
  private static final DurationBounds GAP = atLeastASecond(Duration.ofMinutes(30));
  private static final Duration USUAL_SESSION = Duration.ofDays(1);
  private static final DurationBounds MAXIMUM = atLeastASecond(USUAL_SESSION);
  private static final String LIFETIME = "lifetime";

  /** Hops that a person would choose, ascending. */
  private static final List<Duration> USUAL_HOPS =
      Stream.of(
              "PT1S PT5S PT10S PT15S PT30S PT1M PT5M PT10M PT15M PT30M PT1H PT2H PT3H PT6H PT12H"
                  .split(" "),
              "P1D P7D P30D".split(" "))
          .flatMap(Arrays::stream)
          .map(Duration::parse)
          .toList();

  /** The windows that are written as a mapping, each told by its first key. */
  private enum Form {
    TRAILING,
    TUMBLING,
    SESSION;

    private List<String> keys() {
      return switch (this) {
        case TRAILING -> List.of("size", "delay", "hop");
        case TUMBLING -> List.of("tumbling", "offset");
        case SESSION -> List.of("session", "maximum");
      };
    }

    private String key() {
      return keys().get(0);
    }

    private String label() {
      return "a " + name().toLowerCase(Locale.ROOT) + " window";
    }
  }

  private final Problems problems;
  private final NodeReader read;

  WindowReader(Problems problems) {
    this.problems = problems;
    this.read = new NodeReader(problems);
  }

  private static DurationBounds atLeastASecond(Duration usual) {
    return new DurationBounds(SHORTEST, LONGEST_REACH, true, usual);
  }

  /** The window, or null after it was reported why there is none. */
  @Nullable Window read(YamlNode node) {
    if (node instanceof Mapping mapping) {
      return window(mapping);
    }
    if (node instanceof Scalar scalar) {
      if (scalar.text().equals(LIFETIME)) {
        return new Lifetime();
      }
      List<String> words = List.of(LIFETIME, "trailing", "tumbling", "session");
      Optional<String> word =
          Durations.guess(scalar.text()).isPresent()
              ? Optional.empty()
              : Nearest.to(scalar.text(), words);
      if (word.isPresent()) {
        refuseWord(scalar, word.get());
        return null;
      }
    }
    Duration size = read.duration(node, SIZE);
    return size == null ? null : new Trailing(size);
  }

  private void refuseWord(Scalar scalar, String word) {
    switch (word) {
      case "session" ->
          problems.add(
              scalar,
              "a session window needs the pause that ends a session",
              "Write `window: {session: PT30M}`.");
      case "tumbling" ->
          problems.add(
              scalar,
              "a tumbling window needs its period",
              "Write `window: {tumbling: P1D}` for the current day of UTC.");
      case "trailing" ->
          problems.add(
              scalar,
              "a trailing window is written as its size",
              "Write `window: P7D`, or `window: {size: P7D, delay: P1D}`.");
      default -> problems.add(scalar, "this is not a window", "Did you mean `lifetime`?");
    }
  }

  private @Nullable Window window(Mapping mapping) {
    Optional<Entry> lifetime = mapping.entry(LIFETIME);
    if (lifetime.isPresent()) {
      problems.add(
          lifetime.get().key(),
          "a lifetime window has no settings: it is a running aggregate that keeps no events, which"
              + " nothing can leave or reach late",
          "Write `window: lifetime`, or give the window a size, such as `{size: P365D}`.");
      return null;
    }
    MappingReader keys = new MappingReader(mapping, problems);
    Form form = form(mapping);
    for (Form other : Form.values()) {
      if (other != form) {
        refuseKeysOf(other, form, keys);
      }
    }
    Window window =
        switch (form) {
          case TRAILING -> trailing(keys);
          case TUMBLING -> tumbling(keys);
          case SESSION -> session(keys);
        };
    keys.refuseOthers();
    return window;
  }

  /**
   * The form whose key stands first; else that of another key; else of one that is nearly there.
   */
  private static Form form(Mapping mapping) {
    List<String> keys = mapping.entries().stream().map(entry -> entry.key().text()).toList();
    List<String> all = Arrays.stream(Form.values()).flatMap(form -> form.keys().stream()).toList();
    return keys.stream()
        .flatMap(key -> Arrays.stream(Form.values()).filter(form -> form.key().equals(key)))
        .findFirst()
        .or(() -> keys.stream().filter(all::contains).map(WindowReader::formOf).findFirst())
        .or(
            () ->
                keys.stream()
                    .flatMap(key -> Nearest.to(key, all).stream())
                    .map(WindowReader::formOf)
                    .findFirst())
        .orElse(Form.TRAILING);
  }

  private static Form formOf(String key) {
    return Arrays.stream(Form.values())
        .filter(form -> form.keys().contains(key))
        .findFirst()
        .orElseThrow();
  }

  private void refuseKeysOf(Form other, Form form, MappingReader keys) {
    for (String key : other.keys()) {
      if (key.equals(other.key())) {
        keys.refuse(
            key,
            "a window is trailing, tumbling or session: one of `size`, `tumbling`, `session`",
            "Remove `" + key + "` or `" + form.key() + "`.");
      } else {
        keys.refuse(
            key,
            form.label() + " has no `" + key + "`, only " + other.label() + " does",
            "Remove it; the keys here are " + String.join(", ", form.keys()) + ".");
      }
    }
  }

  private @Nullable Window trailing(MappingReader keys) {
    Duration size = read.duration(keys.required("size", "P7D"), SIZE);
    YamlNode delayNode = keys.optional("delay");
    Duration delayRead = read.duration(delayNode, DELAY);
    YamlNode hopNode = keys.optional("hop");
    Duration hop = read.duration(hopNode, HOP);
    if (size == null) {
      return null;
    }
    if (hop != null && hopNode != null && !isHop(size, hop, hopNode)) {
      return null;
    }
    Duration delay = Objects.requireNonNullElse(delayRead, Duration.ZERO);
    Trailing window = new Trailing(size, delay, hop);
    Duration reach = window.reach().orElseThrow();
    if (reach.compareTo(LONGEST_REACH) > 0) {
      problems.add(
          delayNode != null ? delayNode : keys.mapping(),
          "the window reaches back "
              + Durations.format(reach)
              + ", size, delay and hop together; events are kept for "
              + Durations.format(LONGEST_REACH)
              + " at most",
          "Shorten one of them.");
      return null;
    }
    return window;
  }

  private boolean isHop(Duration size, Duration hop, YamlNode node) {
    if (hop.compareTo(size) <= 0 && size.toMillis() % hop.toMillis() == 0) {
      return true;
    }
    List<Duration> divisors =
        USUAL_HOPS.stream().filter(usual -> size.toMillis() % usual.toMillis() == 0).toList();
    Duration proposal =
        divisors.stream()
            .filter(divisor -> divisor.compareTo(hop) <= 0)
            .reduce((shorter, longer) -> longer)
            .or(() -> divisors.stream().findFirst())
            .orElse(size);
    problems.add(
        node,
        hop.compareTo(size) > 0
            ? "the hop is longer than the window, which is " + Durations.format(size)
            : "the window of " + Durations.format(size) + " is no multiple of its hop",
        "Write a divisor of it, such as `" + Durations.format(proposal) + "`.");
    return false;
  }

  private @Nullable Window tumbling(MappingReader keys) {
    Duration period = read.duration(keys.required("tumbling", "P1D"), PERIOD);
    YamlNode offsetNode = keys.optional("offset");
    Duration offset = read.duration(offsetNode, OFFSET);
    if (period == null) {
      return null;
    }
    if (offset != null && offsetNode != null && offset.compareTo(period) >= 0) {
      problems.add(
          offsetNode,
          "the offset is not below the period, which is " + Durations.format(period),
          "Write `"
              + Durations.format(Duration.ofMillis(offset.toMillis() % period.toMillis()))
              + "`, which starts the same periods.");
      return null;
    }
    return new Tumbling(period, Objects.requireNonNullElse(offset, Duration.ZERO));
  }

  private @Nullable Window session(MappingReader keys) {
    YamlNode gapNode = keys.required("session", "PT30M");
    Duration gap = read.duration(gapNode, GAP);
    YamlNode maximumNode = keys.optional("maximum");
    Duration maximumRead = read.duration(maximumNode, MAXIMUM);
    if (gap == null || gapNode == null) {
      return null;
    }
    Duration maximum = Objects.requireNonNullElse(maximumRead, USUAL_SESSION);
    if (maximum.compareTo(gap) < 0) {
      problems.add(
          maximumNode != null ? maximumNode : gapNode,
          "a session looks back "
              + Durations.format(maximum)
              + (maximumNode == null ? " without `maximum`" : "")
              + ", less than its gap of "
              + Durations.format(gap),
          "Write a `maximum` of `" + Durations.format(gap) + "` or longer, or a shorter gap.");
      return null;
    }
    return new Session(gap, maximum);
  }
}
