package io.tidemark.contract;

import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.TilePlan.Ladder;
import io.tidemark.contract.TilePlan.Ladder.Level;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the state of one key takes if its events come as often as the contract's budget says: as a
 * state backend stores it, keys included, before compression. For counts, sums, means and extremes
 * that is what a key really takes, within a few percent; sketches and sets are reckoned as if no
 * two values were equal.
 *
 * <p><b>How it is counted.</b> The key's events are logged for the longest reach of a window that
 * events leave, each with its time, its id and every column that some aggregate reads, in chunks of
 * {@value #CHUNK}: whole ones, and the newest, which stands in the key's header and is half full on
 * average; where all aggregates can give back what leaves a window, and as few events fit into one
 * chunk, there is that alone. Every end of a window is a cursor with copies of the next entries.
 * Counts, sums and means are read off one running sum per window and column; other aggregates that
 * can give back what leaves a window have one running state. Those that cannot have three parts per
 * window, and one state per chunk in a tree that all windows share. What only grows is kept as of
 * the newest and as of the oldest logged event. A key with so many events that {@link TilePlan#pays
 * tiles take less} has these for windows that hop, and logs events for the others alone. Sizes of
 * states are those that {@link AggregateKind#largestStateBytes} declares.
 *
 * @param parts what adds up
 */
public record StateEstimate(List<Part> parts) {
  private static final int CHUNK = 64;

  /**
   * Where a log is sealed only once it is too large: a window that was fuller than a chunk leaves
   * one behind for as long as it reaches.
   */
  private static final double LATE_SPREAD = 1.5;

  /** Children of a node of the tree over the chunks. */
  private static final int FAN_OUT = 16;

  /** A difference of milliseconds between events that are a quarter of an hour to a day apart. */
  private static final int TIME_BYTES = 4;

  /** Of whole numbers, the difference to the key's last one; of texts, a digest of 64 bits. */
  private static final int NUMBER_ID_BYTES = 3;

  private static final int TEXT_ID_BYTES = 10;
  private static final int COLUMN_BYTES = 8;

  /** What an entry of a state backend has beside its value: key group, key, namespace, length. */
  private static final int ENTRY_BYTES = 7;

  /** A value of the key, such as a customer's number. */
  private static final int KEY_FIELD_BYTES = 7;

  /** Times that bound the log, and the head of the open chunk. */
  private static final int HEADER_BYTES = 45;

  /** Map key and head of a sealed chunk, and its first time and id, which are no differences. */
  private static final int CHUNK_BYTES = 21;

  private static final int NODE_BYTES = 11;
  private static final int CURSOR_BYTES = 5;

  /** Copied entries that a cursor has left, on average. */
  private static final double COPIES = 4.5;

  /** Time of the first copy, which is no difference. */
  private static final int FIRST_COPY_BYTES = 2;

  private static final int WINDOW_BYTES = 3;
  private static final int START_BYTES = 8;

  /** A count, a sum and what rounding took of it. */
  private static final int SUM_BYTES = 18;

  /** Rest of the tail's chunk, the chunks between, and the head's. */
  private static final int PARTS_BYTES = 6;

  /** Of 1 % each over twelve decades; values that spread wider take more. */
  private static final int QUANTILE_BUCKETS = 1_400;

  /** Of a cursor that tiles stand in for. */
  private static final int PARKED_BYTES = 12;

  /** Numbers of the leaves that a window merged from tiles does not begin and end in. */
  private static final int NO_LEAVES_BYTES = 16;

  /** Number of events of a tile. */
  private static final int TILE_BYTES = 3;

  /** Map key and head of a page of tiles. */
  private static final int PAGE_BYTES = 15;

  private static final int SHOWN = 3;

  public StateEstimate {
    parts = List.copyOf(parts);
  }

  /**
   * One term of the sum.
   *
   * @param what a feature's name, or {@code the log} or {@code the header} that all share
   * @param arithmetic how the bytes come about, up to and with {@code =}; empty for a single state
   */
  public record Part(String what, String arithmetic, long bytes) {}

  /** Where the events are not at hand: as if their ids were texts, which take more. */
  public static StateEstimate of(FeatureContract contract) {
    return of(contract, TEXT_ID_BYTES);
  }

  /**
   * @param event of the contract's source
   */
  public static StateEstimate of(FeatureContract contract, EventContract event) {
    boolean text =
        event.field(event.id()).filter(field -> field.type() == FieldType.STRING).isPresent();
    return of(contract, text ? TEXT_ID_BYTES : NUMBER_ID_BYTES);
  }

  private static StateEstimate of(FeatureContract contract, int idBytes) {
    Map<String, Windowed> windowed = new LinkedHashMap<>();
    for (Feature feature : contract.features()) {
      if (feature.definition() instanceof Windowed definition) {
        windowed.put(feature.name(), definition);
      }
    }
    if (windowed.isEmpty()) {
      return new StateEstimate(List.of());
    }
    return new StateEstimate(new Reckoning(contract, windowed, idBytes).parts());
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

  /** Whether a window keeps the events themselves, in the log that all such windows share. */
  public static boolean isLogged(Windowed windowed) {
    return !(windowed.window() instanceof Lifetime || windowed.window() instanceof Tumbling);
  }

  /** One contract's terms; states that features share are charged to the first of them. */
  private static final class Reckoning {
    private final Map<String, Windowed> features;
    private final double perDay;
    private final long columnBytes;
    private final long entryBytes;
    private final long keyBytes;
    private final Duration reach;
    private final TilePlan plan;

    /** Whether tiles serve windows that hop. */
    private final boolean tiled;

    /** Sealed ones: whole ones, for the oldest goes when no window reaches any of it. */
    private final double chunks;

    private final long entries;

    /** How often there are sealed ones at all. */
    private final double chunked;

    private final Set<Object> charged = new HashSet<>();

    Reckoning(FeatureContract contract, Map<String, Windowed> features, int idBytes) {
      this.features = features;
      this.perDay = contract.state().eventsPerKeyPerDay();
      this.keyBytes = ENTRY_BYTES + (long) KEY_FIELD_BYTES * contract.entity().size();
      this.columnBytes =
          COLUMN_BYTES
              * aggregates()
                  .filter(aggregate -> aggregate.of() != null || aggregate.where() != null)
                  .map(Reckoning::column)
                  .distinct()
                  .count();
      this.entryBytes = TIME_BYTES + idBytes + columnBytes;
      this.plan = TilePlan.of(features.values().stream().map(Windowed::window).toList());
      Duration longest = plan.longestReach();
      this.tiled =
          !longest.isZero() && plan.pays(events(longest, perDay), longest.minus(plan.held()));
      this.reach = tiled ? plan.held() : longest;
      double logged = reach.isZero() ? 0 : events(reach, perDay);
      if (sealsLate()) {
        double[] counts = spread(logged, LATE_SPREAD);
        this.chunks = mean(counts, count -> count <= CHUNK ? 0 : count / CHUNK);
        this.entries =
            Math.round(mean(counts, count -> count <= CHUNK ? count : count + CHUNK / 2));
        this.chunked = mean(counts, count -> count <= CHUNK ? 0 : 1);
      } else {
        this.chunks = reach.isZero() ? 0 : mean(spread(logged, 1), Reckoning::chunksOf);
        this.entries = Math.round((chunks + 0.5) * CHUNK);
        this.chunked = 1;
      }
    }

    /** Whether a log that fits into one chunk has no more in it than its windows reach. */
    private boolean sealsLate() {
      return plan.ladders().isEmpty()
          && features.values().stream().allMatch(StateEstimate::isLogged)
          && aggregates()
              .allMatch(aggregate -> isSum(aggregate) || aggregate.kind().isInvertible());
    }

    /** A window holds as many events on average: now more, now fewer, by the root of it. */
    private static double[] spread(double events, double most) {
      double spread = Math.sqrt(events);
      return new double[] {events - spread, events, events + most * spread};
    }

    private static double mean(double[] counts, DoubleUnaryOperator of) {
      return DoubleStream.of(counts).map(of).average().orElseThrow();
    }

    private static double chunksOf(double events) {
      return Math.ceil(Math.max(1, events) / CHUNK);
    }

    private Stream<Aggregate> aggregates() {
      return features.values().stream().flatMap(definition -> definition.aggregates().stream());
    }

    List<Part> parts() {
      List<Part> parts = new ArrayList<>();
      features.forEach((name, definition) -> parts.add(aggregates(name, definition)));
      parts.add(
          new Part(
              "the log",
              "%s events (%s a day for %s, in chunks of %d) × %d bytes = "
                  .formatted(
                      number(entries), rate(perDay), Durations.format(reach), CHUNK, entryBytes),
              entries * entryBytes));
      if (tiled) {
        parts.add(tiles());
      }
      long perChunk = keyBytes + CHUNK_BYTES;
      long windows = features.values().stream().map(Windowed::window).distinct().count();
      long cursors = Math.round(cursorBytes());
      boolean grows = !features.values().stream().allMatch(StateEstimate::isLogged);
      long header = keyBytes + HEADER_BYTES + (grows ? keyBytes + NODE_BYTES : 0);
      long sealed = Math.round(chunks);
      parts.add(
          new Part(
              "the header",
              "%d bytes + %s chunks × %d bytes + %d windows × %d bytes + cursors of %s bytes = "
                  .formatted(
                      header, number(sealed), perChunk, windows, WINDOW_BYTES, number(cursors)),
              header + sealed * perChunk + windows * WINDOW_BYTES + cursors));
      return parts;
    }

    /** Of all sizes, in whole pages at either end. */
    private Part tiles() {
      long bytes = 0;
      long count = 0;
      for (Ladder ladder : plan.ladders()) {
        int perPage = TilePlan.tilesPerPage(tileBytes(ladder, TilePlan.VALUES_PER_TILE));
        for (Level level : ladder.levels()) {
          long tiles = level.tiles() + perPage / 2;
          long pages = (tiles + perPage - 1) / perPage;
          count += tiles;
          bytes +=
              tiles * tileBytes(ladder, events(level.size(), perDay))
                  + pages * (keyBytes + PAGE_BYTES);
        }
      }
      String sizes =
          plan.ladders().stream()
              .flatMap(ladder -> ladder.levels().stream())
              .map(level -> Durations.format(level.size()))
              .distinct()
              .collect(Collectors.joining(", "));
      return new Part("the tiles", number(count) + " of " + sizes + " = ", bytes);
    }

    private long tileBytes(Ladder ladder, long events) {
      Set<Object> there = new HashSet<>();
      long bytes = TILE_BYTES;
      for (Windowed definition : features.values()) {
        if (!ladder.hop().equals(hop(definition.window()))) {
          continue;
        }
        for (Aggregate aggregate : definition.aggregates()) {
          if (!isSum(aggregate)) {
            bytes += there.add(aggregate) ? state(aggregate, events) : 0;
          } else if (aggregate.of() != null || aggregate.where() != null) {
            bytes += there.add(column(aggregate)) ? SUM_BYTES : 0;
          }
        }
      }
      return bytes;
    }

    private static @Nullable Duration hop(Window window) {
      return window instanceof Trailing trailing ? trailing.hop() : null;
    }

    /** Of the ends of windows; one that lies in the open chunk needs no copies. */
    private double cursorBytes() {
      double bytes = 0;
      Set<Object> ends = new HashSet<>();
      for (Windowed definition : features.values()) {
        if (definition.window() instanceof Trailing trailing) {
          Duration far = trailing.size().plus(trailing.delay());
          if (ends.add(List.of(far, Optional.ofNullable(trailing.hop())))) {
            bytes += tiled && trailing.hop() != null ? PARKED_BYTES : cursorBytes(far);
          }
          if (!trailing.delay().isZero() && ends.add(List.of(trailing.delay(), Optional.empty()))) {
            bytes += cursorBytes(trailing.delay());
          }
        } else if (definition.window() instanceof Session session && ends.add(session)) {
          bytes += cursorBytes(session.maximum()) + START_BYTES;
        }
      }
      return bytes;
    }

    private double cursorBytes(Duration distance) {
      double elsewhere = chunked * Math.min(1, (double) events(distance, perDay) / CHUNK);
      return CURSOR_BYTES + elsewhere * (COPIES * (TIME_BYTES + columnBytes) + FIRST_COPY_BYTES);
    }

    /** The states that a feature's aggregates keep. */
    private Part aggregates(String feature, Windowed definition) {
      Window window = definition.window();
      boolean growing = !isLogged(definition);
      long events = window.reach().map(far -> events(far, perDay)).orElse(Long.MAX_VALUE);
      long states = growing ? 2 : 1;
      long bytes = 0;
      String arithmetic = "";
      for (Aggregate aggregate : definition.aggregates()) {
        if (isSum(aggregate)) {
          boolean ofEvents = aggregate.of() == null && aggregate.where() == null;
          bytes += !ofEvents && charged.add(List.of(window, column(aggregate))) ? SUM_BYTES : 0;
        } else if (growing || aggregate.kind().isInvertible()) {
          bytes += charged.add(List.of(window, aggregate)) ? state(aggregate, events) : 0;
        } else {
          long sealed = Math.round(chunks);
          long inTree =
              charged.add(aggregate)
                  ? sealed * state(aggregate, CHUNK)
                      + sealed / FAN_OUT * state(aggregate, (long) FAN_OUT * CHUNK)
                      + (sealed + FAN_OUT - 1) / FAN_OUT * (keyBytes + NODE_BYTES)
                  : 0;
          long inWindow =
              charged.add(List.of(window, aggregate))
                  ? PARTS_BYTES
                      + (tiled && hop(window) != null ? NO_LEAVES_BYTES : 0)
                      + 2 * state(aggregate, Math.min(events, CHUNK / 2))
                      + state(aggregate, events)
                  : 0;
          bytes += inTree + inWindow;
          arithmetic =
              "%s of %s chunks + %s of the window = "
                  .formatted(number(inTree), number(sealed), number(inWindow));
        }
      }
      return new Part(
          feature,
          growing && bytes > 0 ? "2 states × " + number(bytes) + " bytes = " : arithmetic,
          states * bytes);
    }

    private static boolean isSum(Aggregate aggregate) {
      return switch (aggregate.kind()) {
        case COUNT, SUM, AVG -> true;
        default -> false;
      };
    }

    private static Object column(Aggregate aggregate) {
      return List.of(
          Optional.ofNullable(aggregate.of()).map(ValueExpression::text),
          Optional.ofNullable(aggregate.where()));
    }

    private static long state(Aggregate aggregate, long values) {
      return aggregate
          .kind()
          .largestStateBytes(
              aggregate.parameters(),
              aggregate.kind() == AggregateKind.QUANTILE
                  ? Math.min(values, QUANTILE_BUCKETS)
                  : values);
    }
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
