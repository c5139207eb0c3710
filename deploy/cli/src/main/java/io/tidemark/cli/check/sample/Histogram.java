package io.tidemark.cli.check.sample;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two samples in the same bins: one per value where there are few, else of equal, round width over
 * what lies between the first and the last hundredth, with an open bin at either end.
 */
public record Histogram(List<Bin> bins) {
  private static final int MOST_VALUES = 10;
  private static final int WIDTHS = 8;
  private static final double[] ROUND = {1, 2, 2.5, 5, 10};

  public Histogram {
    bins = List.copyOf(bins);
  }

  /**
   * @param label the value, or the range, its lower end included
   * @param before how many values of the first sample
   * @param after how many of the second
   */
  public record Bin(String label, long before, long after) {}

  /**
   * @param before ascending, each finite; so is the other
   */
  static Histogram of(double[] before, double[] after) {
    double[] both = new double[before.length + after.length];
    System.arraycopy(before, 0, both, 0, before.length);
    System.arraycopy(after, 0, both, before.length, after.length);
    Arrays.sort(both);
    double[] few = Arrays.stream(both).distinct().limit(MOST_VALUES + 1).toArray();
    List<Bin> bins = new ArrayList<>();
    if (few.length <= MOST_VALUES) {
      for (double value : few) {
        bins.add(
            new Bin(
                text(BigDecimal.valueOf(value)),
                below(before, Math.nextUp(value)) - below(before, value),
                below(after, Math.nextUp(value)) - below(after, value)));
      }
      return new Histogram(bins);
    }
    List<BigDecimal> edges = edges(both);
    for (int i = 0; i <= edges.size(); i++) {
      String label =
          i == 0
              ? "< " + text(edges.get(0))
              : i == edges.size()
                  ? "≥ " + text(edges.get(i - 1))
                  : text(edges.get(i - 1)) + " … " + text(edges.get(i));
      double from = i == 0 ? Double.NEGATIVE_INFINITY : edges.get(i - 1).doubleValue();
      double to = i == edges.size() ? Double.POSITIVE_INFINITY : edges.get(i).doubleValue();
      Bin bin =
          new Bin(
              label,
              below(before, to) - below(before, from),
              below(after, to) - below(after, from));
      boolean open = i == 0 || i == edges.size();
      if (!open || bin.before + bin.after > 0) {
        bins.add(bin);
      }
    }
    return new Histogram(bins);
  }

  private static List<BigDecimal> edges(double[] values) {
    double low = values[values.length / 100];
    double high = values[values.length - 1 - values.length / 100];
    if (low == high) {
      low = values[0];
      high = values[values.length - 1];
    }
    BigDecimal step = roundUp((high - low) / WIDTHS);
    BigDecimal first = BigDecimal.valueOf(Math.floor(low / step.doubleValue())).multiply(step);
    List<BigDecimal> edges = new ArrayList<>(List.of(first));
    for (BigDecimal edge = first; edge.doubleValue() < high && edges.size() <= WIDTHS + 2; ) {
      edge = edge.add(step);
      edges.add(edge);
    }
    return edges;
  }

  private static BigDecimal roundUp(double width) {
    int exponent = (int) Math.floor(Math.log10(width));
    for (double round : ROUND) {
      BigDecimal step = BigDecimal.valueOf(round).scaleByPowerOfTen(exponent);
      if (step.doubleValue() >= width) {
        return step;
      }
    }
    return BigDecimal.ONE.scaleByPowerOfTen(exponent + 2);
  }

  private static long below(double[] ascending, double bound) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static String text(BigDecimal number) {
    BigDecimal plain = number.round(new MathContext(6)).stripTrailingZeros();
    return Math.abs(plain.precision() - plain.scale()) > 9
        ? plain.toString()
        : plain.toPlainString();
  }
}
