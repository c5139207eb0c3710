package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Tumbling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the state of one key takes, at most, if its events come as often as the contract's budget
 * says.
 *
 * <p><b>How it is counted.</b> The key's events are logged for the longest reach of a window that
 * events leave, each with its time, its id and every column and filter that some aggregate reads.
 * An aggregate that can give back what leaves a window, or of a window that nothing leaves, has one
 * running state; any other keeps one per {@value #CHUNK} events of the log, and each may have seen
 * all values of the window. Sizes are those of written states, as {@link
 * AggregateKind#largestStateBytes} declares them.
 *
 * @param parts what adds up
 */
public record StateEstimate(List<Part> parts) {
  private static final int CHUNK = 32;

  /** Head of a log, and of a cursor per end of a window with the next events to expire. */
  private static final int HEADER_BYTES = 64;

  private static final int TIME_AND_ID_BYTES = 12;
  private static final int COLUMN_BYTES = 8;
  private static final int CURSOR_ENTRIES = 16;

  /** Of 1 % each over twelve decades; values that spread wider take more. */
  private static final int QUANTILE_BUCKETS = 1_400;

  private static final int SHOWN = 3;

  public StateEstimate {
    parts = List.copyOf(parts);
  }

  /**
   * One term of the sum.
   *
   * @param what a feature's name, or {@code the log} or {@code the cursors} that all share
   * @param arithmetic how the bytes come about, up to and with {@code =}; empty for a single state
   */
  public record Part(String what, String arithmetic, long bytes) {}

  public static StateEstimate of(FeatureContract contract) {
    List<Windowed> definitions = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    double perDay = contract.state().eventsPerKeyPerDay();
    for (Feature feature : contract.features()) {
      if (feature.definition() instanceof Windowed windowed) {
        definitions.add(windowed);
        parts.add(aggregates(feature.name(), windowed, perDay));
      }
    }
    parts.addAll(log(definitions, perDay));
    return new StateEstimate(parts);
  }

  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The part that takes most; there is one. */
  Part largest() {
    return parts.stream().max(Comparator.comparingLong(Part::bytes)).orElseThrow();
  }

  /** The largest parts, and the others in one. */
  @Override
  public String toString() {
    List<Part> sorted =
        parts.stream().sorted(Comparator.comparingLong(Part::bytes).reversed()).toList();
    String shown =
        sorted.stream()
            .limit(SHOWN)
            .map(part -> part.what + " " + part.arithmetic + number(part.bytes) + " bytes")
            .collect(Collectors.joining("; "));
    long others = sorted.stream().skip(SHOWN).mapToLong(Part::bytes).sum();
    return shown + (others == 0 ? "" : "; all else " + number(others) + " bytes");
  }

  /** The log that the exact windows share, and their cursors on it. */
  private static List<Part> log(List<Windowed> definitions, double perDay) {
    List<Windowed> logged = definitions.stream().filter(StateEstimate::isLogged).toList();
    if (logged.isEmpty()) {
      return List.of();
    }
    long columns = columns(logged, false);
    long filters = columns(logged, true);
    long bytesPerEvent = TIME_AND_ID_BYTES + COLUMN_BYTES * columns + (filters + 7) / 8;
    Duration reach =
        logged.stream()
            .flatMap(windowed -> windowed.window().reach().stream())
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    long events = events(reach, perDay);
    long cursors = logged.stream().map(Windowed::window).distinct().count();
    return List.of(
        new Part(
            "the log",
            "%s events (%s a day for %s) × %d bytes = "
                .formatted(number(events), rate(perDay), Durations.format(reach), bytesPerEvent),
            events * bytesPerEvent),
        new Part(
            "the cursors",
            "%d bytes + %d windows × 2 × %d events × %d bytes = "
                .formatted(HEADER_BYTES, cursors, CURSOR_ENTRIES, bytesPerEvent),
            HEADER_BYTES + cursors * 2 * CURSOR_ENTRIES * bytesPerEvent));
  }

  /** Whether a window keeps the events themselves, in the log that all such windows share. */
  public static boolean isLogged(Windowed windowed) {
    return !(windowed.window() instanceof Lifetime || windowed.window() instanceof Tumbling);
  }

  /** Distinct values that the log holds, or distinct filters. */
  private static long columns(List<Windowed> logged, boolean filters) {
    return logged.stream()
        .flatMap(windowed -> windowed.aggregates().stream())
        .flatMap(
            aggregate ->
                filters
                    ? Stream.ofNullable(aggregate.where())
                    : Stream.ofNullable(aggregate.of()).map(ValueExpression::text))
        .distinct()
        .count();
  }

  /** The states that a feature's aggregates keep. */
  private static Part aggregates(String feature, Windowed windowed, double perDay) {
    Window window = windowed.window();
    long events = window.reach().map(reach -> events(reach, perDay)).orElse(Long.MAX_VALUE);
    long states = 1;
    long values = events;
    String of = "";
    if (isLogged(windowed)
        && !windowed.aggregates().stream().allMatch(one -> one.kind().isInvertible())) {
      states = (events + CHUNK - 1) / CHUNK;
      of = "%s events / %d = %s states × ".formatted(number(events), CHUNK, number(states));
    }
    long bytes = 0;
    for (Aggregate aggregate : windowed.aggregates()) {
      boolean quantile = aggregate.kind() == AggregateKind.QUANTILE;
      bytes +=
          aggregate
              .kind()
              .largestStateBytes(
                  aggregate.parameters(), quantile ? Math.min(values, QUANTILE_BUCKETS) : values);
    }
    return new Part(feature, states == 1 ? "" : of + number(bytes) + " bytes = ", states * bytes);
  }

  private static long events(Duration reach, double perDay) {
    return Math.max(1, (long) Math.ceil(reach.toMillis() / 86_400_000.0 * perDay));
  }

  private static String rate(double perDay) {
    return perDay == Math.rint(perDay) ? number((long) perDay) : String.valueOf(perDay);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
