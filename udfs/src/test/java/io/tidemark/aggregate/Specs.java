package io.tidemark.aggregate;

import io.tidemark.aggregate.NaiveAggregates.Event;
import io.tidemark.contract.AggregateKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.provider.Arguments;

/** One or more of each aggregate, and events to feed them. */
final class Specs {
  static final List<AggregateSpec> ALL =
      List.of(
          of(AggregateKind.COUNT),
          of(AggregateKind.SUM),
          of(AggregateKind.AVG),
          of(AggregateKind.MIN),
          of(AggregateKind.MAX),
          of(AggregateKind.VARIANCE),
          of(AggregateKind.STDDEV),
          of(AggregateKind.SKEWNESS),
          of(AggregateKind.KURTOSIS),
          of(AggregateKind.FIRST),
          of(AggregateKind.LAST),
          of(AggregateKind.FIRST_K, 3),
          of(AggregateKind.LAST_K, 5),
          of(AggregateKind.TOP_K, 3),
          of(AggregateKind.DISTINCT, 1024),
          of(AggregateKind.ENTROPY, 1024),
          of(AggregateKind.QUANTILE, 0.5),
          of(AggregateKind.QUANTILE, 0.99),
          of(AggregateKind.RANK_QUANTILE, 0.9),
          of(AggregateKind.HISTOGRAM, -10, 0, 1, 2.5, 100),
          of(AggregateKind.TIME_SINCE_LAST),
          of(AggregateKind.DECAYED_SUM, 60_000),
          of(AggregateKind.DECAYED_RATE, 86_400_000));

  private Specs() {}

  static AggregateSpec of(AggregateKind kind, double... parameters) {
    return new AggregateSpec(kind, Arrays.stream(parameters).boxed().toList());
  }

  /** Every aggregate with every seed. */
  static List<Arguments> withSeeds(int seeds) {
    return ALL.stream()
        .flatMap(spec -> IntStream.range(0, seeds).mapToObj(seed -> Arguments.of(spec, seed)))
        .toList();
  }

  /**
   * At most 160 events, about in order of time, with equal times, repeated values, zeros of both
   * signs, gaps, and values that are none.
   */
  static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    long time = 1_600_000_000_000L;
    int size = random.nextInt(160);
    double scale = Math.pow(10, random.nextInt(7) - 2);
    for (int i = 0; i < size; i++) {
      time += random.nextInt(4) == 0 ? 0 : random.nextInt(50_000);
      double value =
          switch (random.nextInt(12)) {
            case 0 -> Double.NaN;
            case 1 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            case 2 -> random.nextBoolean() ? 0.0 : -0.0;
            case 3, 4, 5 -> random.nextInt(5);
            default -> random.nextGaussian() * scale;
          };
      long late = random.nextInt(10) == 0 ? random.nextInt(100_000) : 0;
      events.add(new Event(value, time - late));
    }
    return events;
  }

  static Mergeable accumulate(AggregateSpec spec, List<Event> events) {
    Mergeable accumulator = spec.newAccumulator();
    events.forEach(event -> accumulator.add(event.value(), event.time()));
    return accumulator;
  }

  static double[] answer(Accumulator accumulator, long asOf) {
    double[] answer = new double[accumulator.width()];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = accumulator.result(i, asOf);
    }
    return answer;
  }

  /** The time of the youngest event. */
  static long youngest(List<Event> events) {
    return events.stream().mapToLong(Event::time).max().orElse(0);
  }

  /**
   * How far an answer may be off by the aggregate's declaration. A quantile's is relative, also to
   * the answer; sketches are exact as long as there are so few values.
   */
  static double tolerance(AggregateSpec spec, List<Event> events, double expected) {
    double largest =
        events.stream()
            .mapToDouble(Event::value)
            .filter(Accumulator::isPresent)
            .map(Math::abs)
            .max()
            .orElse(0);
    double rounding = 0x1p-52;
    return switch (spec.kind()) {
      case COUNT,
          MIN,
          MAX,
          FIRST,
          LAST,
          FIRST_K,
          LAST_K,
          TOP_K,
          DISTINCT,
          HISTOGRAM,
          TIME_SINCE_LAST,
          RANK_QUANTILE ->
          0;
      case SUM -> rounding * (2 * largest * events.size());
      case AVG -> rounding * (3 * largest * events.size());
      case VARIANCE -> rounding * events.size() * (expected + largest * largest);
      case STDDEV -> rounding * events.size() * (expected + largest);
      case SKEWNESS, KURTOSIS -> 1e-9 * (1 + Math.abs(expected));
      case ENTROPY -> 1e-9;
      case QUANTILE -> 1e-12 + (0.01 + 1e-12) * Math.abs(expected);
      case DECAYED_SUM, DECAYED_RATE -> 3 * rounding * (2 * largest * events.size());
    };
  }
}
