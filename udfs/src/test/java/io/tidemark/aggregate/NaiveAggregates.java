package io.tidemark.aggregate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Every aggregate, computed anew from all its values and in decimals where a double would round:
 * slow, and plainly right.
 */
public final class NaiveAggregates {
  private static final MathContext PRECISE = new MathContext(60, RoundingMode.HALF_EVEN);

  private NaiveAggregates() {}

  /** A value and its time in milliseconds; the list's order is that in which they came. */
  public record Event(double value, long time) {}

  /** The answer as of a time, in as many numbers as it has. */
  public static double[] answer(AggregateSpec spec, List<Event> all, long asOf) {
    List<Event> events =
        all.stream()
            .filter(event -> !Double.isNaN(event.value) && !Double.isInfinite(event.value))
            .toList();
    double parameter = spec.parameters().isEmpty() ? Double.NaN : spec.parameters().get(0);
    return switch (spec.kind()) {
      case COUNT -> one(events.size());
      case SUM -> one(sum(events).doubleValue());
      case AVG -> one(events.isEmpty() ? Double.NaN : mean(events).doubleValue());
      case MIN -> one(events.stream().mapToDouble(Event::value).min().orElse(Double.NaN));
      case MAX -> one(events.stream().mapToDouble(Event::value).max().orElse(Double.NaN));
      case VARIANCE -> one(events.size() < 2 ? Double.NaN : variance(events).doubleValue());
      case STDDEV ->
          one(events.size() < 2 ? Double.NaN : variance(events).sqrt(PRECISE).doubleValue());
      case SKEWNESS -> one(skewness(events));
      case KURTOSIS -> one(kurtosis(events));
      case FIRST -> ends(events, 1, false);
      case LAST -> ends(events, 1, true);
      case FIRST_K -> ends(events, (int) parameter, false);
      case LAST_K -> ends(events, (int) parameter, true);
      case TOP_K -> top(events, (int) parameter);
      case DISTINCT -> one(counts(events).size());
      case ENTROPY -> one(entropy(events));
      case QUANTILE, RANK_QUANTILE -> one(quantile(events, parameter));
      case HISTOGRAM -> histogram(events, spec.parameters());
      case TIME_SINCE_LAST ->
          one(
              events.stream()
                  .filter(event -> event.time < asOf)
                  .mapToDouble(event -> (asOf - event.time) / 1000.0)
                  .min()
                  .orElse(Double.NaN));
      case DECAYED_SUM -> one(decayed(events, asOf, parameter));
      case DECAYED_RATE -> one(decayed(events, asOf, parameter) * Math.log(2) * 1000 / parameter);
    };
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  private static BigDecimal sum(List<Event> events) {
    return events.stream()
        .map(event -> new BigDecimal(event.value))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal mean(List<Event> events) {
    return sum(events).divide(BigDecimal.valueOf(events.size()), PRECISE);
  }

  private static BigDecimal powers(List<Event> events, int power) {
    BigDecimal mean = mean(events);
    return events.stream()
        .map(event -> new BigDecimal(event.value).subtract(mean).pow(power, PRECISE))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal variance(List<Event> events) {
    return powers(events, 2).divide(BigDecimal.valueOf(events.size() - 1), PRECISE);
  }

  private static boolean allEqual(List<Event> events) {
    return events.stream().mapToDouble(event -> event.value + 0.0).distinct().count() < 2;
  }

  private static double skewness(List<Event> events) {
    if (allEqual(events)) {
      return Double.NaN;
    }
    BigDecimal n = BigDecimal.valueOf(events.size());
    BigDecimal m2 = powers(events, 2).divide(n, PRECISE);
    BigDecimal m3 = powers(events, 3).divide(n, PRECISE);
    return m3.divide(m2.sqrt(PRECISE).pow(3, PRECISE), PRECISE).doubleValue();
  }

  private static double kurtosis(List<Event> events) {
    if (allEqual(events)) {
      return Double.NaN;
    }
    BigDecimal n = BigDecimal.valueOf(events.size());
    BigDecimal m2 = powers(events, 2).divide(n, PRECISE);
    BigDecimal m4 = powers(events, 4).divide(n, PRECISE);
    return m4.divide(m2.pow(2, PRECISE), PRECISE).doubleValue() - 3;
  }

  private static double[] ends(List<Event> events, int k, boolean latest) {
    // A stable sort keeps the order in which equal times came.
    List<Event> sorted = events.stream().sorted(Comparator.comparingLong(Event::time)).toList();
    double[] answer = new double[k];
    Arrays.fill(answer, Double.NaN);
    for (int i = 0; i < Math.min(k, sorted.size()); i++) {
      answer[i] = sorted.get(latest ? sorted.size() - 1 - i : i).value;
    }
    return answer;
  }

  private static TreeMap<Double, Long> counts(List<Event> events) {
    TreeMap<Double, Long> counts = new TreeMap<>();
    events.forEach(event -> counts.merge(event.value + 0.0, 1L, Long::sum));
    return counts;
  }

  private static double[] top(List<Event> events, int k) {
    double[] answer = new double[k];
    Arrays.fill(answer, Double.NaN);
    // The tree's order is ascending, and the sort is stable.
    double[] found =
        counts(events).entrySet().stream()
            .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
            .limit(k)
            .mapToDouble(entry -> entry.getKey())
            .toArray();
    System.arraycopy(found, 0, answer, 0, found.length);
    return answer;
  }

  private static double entropy(List<Event> events) {
    if (events.isEmpty()) {
      return Double.NaN;
    }
    double n = events.size();
    return counts(events).values().stream()
        .mapToDouble(count -> -(count / n) * Math.log(count / n))
        .sum();
  }

  private static double quantile(List<Event> events, double rank) {
    if (events.isEmpty()) {
      return Double.NaN;
    }
    double[] sorted = events.stream().mapToDouble(Event::value).sorted().toArray();
    return sorted[Math.max(1, (int) Math.ceil(rank * sorted.length)) - 1];
  }

  private static double[] histogram(List<Event> events, List<Double> edges) {
    double[] counts = new double[edges.size() + 1];
    for (Event event : events) {
      int bucket = 0;
      while (bucket < edges.size() && event.value > edges.get(bucket)) {
        bucket++;
      }
      counts[bucket]++;
    }
    return counts;
  }

  private static double decayed(List<Event> events, long asOf, double halfLife) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Event event : events) {
      double weight = Math.pow(2, -(asOf - event.time) / halfLife);
      sum = sum.add(new BigDecimal(event.value).multiply(new BigDecimal(weight)));
    }
    return sum.doubleValue();
  }
}
