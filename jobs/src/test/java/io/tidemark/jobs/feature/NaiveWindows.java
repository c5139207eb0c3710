package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Windows and aggregates as they are defined, computed from a list: slow, and plainly right. */
public final class NaiveWindows {
  private NaiveWindows() {}

  /** A value, NaN for none, and its time in milliseconds. */
  public record Timed(long time, double value) {}

  /**
   * Which of some times are in the window as of the last of them.
   *
   * @param times of all events up to the one that asks, in order
   * @return the positions, in order
   */
  public static List<Integer> inside(Window window, List<Long> times) {
    long asOf = times.get(times.size() - 1);
    List<Integer> inside = new ArrayList<>();
    boolean paused = false;
    for (int i = times.size() - 1; i >= 0; i--) {
      long time = times.get(i);
      if (window instanceof Session session && i + 1 < times.size()) {
        paused |= times.get(i + 1) - time > session.gap().toMillis();
      }
      if (!paused && isInside(window, time, asOf)) {
        inside.add(i);
      }
    }
    Collections.reverse(inside);
    return inside;
  }

  /** Whether a time is in the window, pauses left aside. */
  private static boolean isInside(Window window, long time, long asOf) {
    if (window instanceof Trailing trailing) {
      long end = asOf - trailing.delay().toMillis();
      long begin = end - trailing.size().toMillis();
      if (trailing.hop() != null) {
        begin -= Math.floorMod(begin, trailing.hop().toMillis());
      }
      return time > begin && time <= end;
    }
    if (window instanceof Tumbling tumbling) {
      long sinceStart =
          Math.floorMod(asOf - tumbling.offset().toMillis(), tumbling.period().toMillis());
      return time >= asOf - sinceStart;
    }
    if (window instanceof Session session) {
      return time > asOf - session.maximum().toMillis();
    }
    assertThat(window).isInstanceOf(Lifetime.class);
    return true;
  }

  /**
   * The answer of an aggregate over the values in a window, in as many numbers as it has.
   *
   * @param events in order
   */
  public static double[] answer(
      AggregateKind kind, List<Double> parameters, List<Timed> events, long asOf) {
    List<Timed> present = events.stream().filter(e -> Double.isFinite(e.value)).toList();
    double[] values = present.stream().mapToDouble(Timed::value).toArray();
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = values.length;
    double parameter = parameters.isEmpty() ? Double.NaN : parameters.get(0);
    return switch (kind) {
      case COUNT -> one(n);
      case SUM -> one(Arrays.stream(values).sum());
      case AVG -> one(n == 0 ? Double.NaN : Arrays.stream(values).sum() / n);
      case MIN -> one(n == 0 ? Double.NaN : sorted[0]);
      case MAX -> one(n == 0 ? Double.NaN : sorted[n - 1]);
      case VARIANCE -> one(n < 2 ? Double.NaN : moment(values, 2) * n / (n - 1));
      case STDDEV -> one(n < 2 ? Double.NaN : Math.sqrt(moment(values, 2) * n / (n - 1)));
      case SKEWNESS ->
          one(isSpread(sorted) ? moment(values, 3) / Math.pow(moment(values, 2), 1.5) : Double.NaN);
      case KURTOSIS ->
          one(
              isSpread(sorted)
                  ? moment(values, 4) / Math.pow(moment(values, 2), 2) - 3
                  : Double.NaN);
      case FIRST -> ends(values, 1, false);
      case LAST -> ends(values, 1, true);
      case FIRST_K -> ends(values, (int) parameter, false);
      case LAST_K -> ends(values, (int) parameter, true);
      case TOP_K -> top(values, (int) parameter);
      case DISTINCT -> one(counts(values).size());
      case ENTROPY -> one(n == 0 ? Double.NaN : entropy(values));
      case QUANTILE, RANK_QUANTILE ->
          one(n == 0 ? Double.NaN : sorted[Math.max(1, (int) Math.ceil(parameter * n)) - 1]);
      case HISTOGRAM -> histogram(values, parameters);
      case TIME_SINCE_LAST -> {
        long last = Long.MIN_VALUE;
        for (Timed event : present) {
          last = event.time < asOf ? Math.max(last, event.time) : last;
        }
        yield one(last == Long.MIN_VALUE ? Double.NaN : (asOf - last) / 1000.0);
      }
      case DECAYED_SUM -> one(decayed(present, asOf, parameter));
      case DECAYED_RATE -> one(decayed(present, asOf, parameter) * Math.log(2) * 1000 / parameter);
    };
  }

  private static double[] one(double value) {
    return new double[] {value};
  }

  private static boolean isSpread(double... sorted) {
    return sorted.length > 1 && sorted[0] != sorted[sorted.length - 1];
  }

  private static double moment(double[] values, int power) {
    double mean = Arrays.stream(values).sum() / values.length;
    return Arrays.stream(values).map(value -> Math.pow(value - mean, power)).sum() / values.length;
  }

  private static double[] ends(double[] values, int k, boolean latest) {
    double[] answer = new double[k];
    Arrays.fill(answer, Double.NaN);
    for (int i = 0; i < Math.min(k, values.length); i++) {
      answer[i] = values[latest ? values.length - 1 - i : i];
    }
    return answer;
  }

  private static Map<Double, Integer> counts(double[] values) {
    Map<Double, Integer> counts = new TreeMap<>();
    for (double value : values) {
      counts.merge(value + 0.0, 1, Integer::sum);
    }
    return counts;
  }

  private static double[] top(double[] values, int k) {
    double[] found =
        counts(values).entrySet().stream()
            .sorted(Comparator.comparingInt((Map.Entry<Double, Integer> e) -> -e.getValue()))
            .mapToDouble(Map.Entry::getKey)
            .toArray();
    return ends(found, k, false);
  }

  private static double entropy(double[] values) {
    return counts(values).values().stream()
        .mapToDouble(count -> (double) count / values.length)
        .map(share -> -share * Math.log(share))
        .sum();
  }

  private static double[] histogram(double[] values, List<Double> edges) {
    double[] counts = new double[edges.size() + 1];
    for (double value : values) {
      int bucket = 0;
      while (bucket < edges.size() && value > edges.get(bucket)) {
        bucket++;
      }
      counts[bucket]++;
    }
    return counts;
  }

  private static double decayed(List<Timed> events, long asOf, double halfLife) {
    return events.stream()
        .mapToDouble(event -> event.value * Math.pow(2, -(asOf - event.time) / halfLife))
        .sum();
  }

  /** How far the answer may be off by the declaration of its aggregate. */
  public static double tolerance(AggregateKind kind, double expected, List<Timed> events) {
    double magnitudes =
        events.stream().mapToDouble(Timed::value).filter(Double::isFinite).map(Math::abs).sum();
    return switch (kind) {
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
          TIME_SINCE_LAST ->
          0;
      case SUM, AVG, DECAYED_SUM, DECAYED_RATE -> 1e-9 + 1e-12 * magnitudes;
      case VARIANCE, STDDEV, SKEWNESS, KURTOSIS -> 1e-7 * (1 + Math.abs(expected));
      case ENTROPY -> 1e-9;
      case QUANTILE -> 1e-12 + 0.0100001 * Math.abs(expected);
      case RANK_QUANTILE -> Double.NaN;
    };
  }

  /**
   * Whether a quantile of a sketch whose answers are drawn by lot has a rank that it may have: off
   * by at most 1.33 % of the values with 99 % confidence, here four times that.
   */
  public static boolean isRankClose(double rank, double found, List<Timed> events) {
    double[] values =
        events.stream().mapToDouble(Timed::value).filter(Double::isFinite).sorted().toArray();
    if (values.length == 0) {
      return Double.isNaN(found);
    }
    double below = Arrays.stream(values).filter(value -> value < found).count();
    double upTo = Arrays.stream(values).filter(value -> value <= found).count();
    double slack = 1 + 4 * 0.0133 * values.length;
    return upTo > below
        && below - slack <= rank * values.length
        && rank * values.length <= upTo + slack;
  }
}
