package io.tidemark.contract;

import java.util.List;
import java.util.Locale;

/**
 * The aggregates a contract can name. {@code io.tidemark.aggregate} implements each with an
 * exhaustive {@code switch}: a kind added here does not compile until it computes something.
 *
 * <p>Names are persisted and never change. Values that are absent, NaN or infinite enter none of
 * them; where a window has no value, the answer is the feature's default, unless a kind says
 * otherwise.
 */
public enum AggregateKind {
  /** Number of events; with {@code of}, of those that have the value; 0 for none. */
  COUNT(Operand.ANYTHING, AggregateParameter.NONE, 0),
  /** Sum of the values; 0 for none. */
  SUM(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** Arithmetic mean. */
  AVG(Operand.NUMBER, AggregateParameter.NONE, 0),
  MIN(Operand.NUMBER, AggregateParameter.NONE, 0),
  MAX(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** Of a sample: divided by n − 1. */
  VARIANCE(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** Square root of {@link #VARIANCE}. */
  STDDEV(Operand.NUMBER, AggregateParameter.NONE, 0),
  SKEWNESS(Operand.NUMBER, AggregateParameter.NONE, 0),
  KURTOSIS(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** The earliest value. */
  FIRST(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** The latest value. */
  LAST(Operand.NUMBER, AggregateParameter.NONE, 0),
  /** The k earliest values, the very first first. */
  FIRST_K(Operand.NUMBER, AggregateParameter.K, 1_000),
  /** The k latest values, the very last first. */
  LAST_K(Operand.NUMBER, AggregateParameter.K, 1_000),
  /** The k most frequent values, the most frequent first. */
  TOP_K(Operand.NUMBER, AggregateParameter.K, 256),
  /** Number of distinct values, an estimate beyond {@code exactUpTo}; 0 for none. */
  DISTINCT(Operand.NUMBER_OR_TEXT, AggregateParameter.EXACT_UP_TO, 65_536),
  /** Shannon entropy of the values' frequencies, in nats; bounded beyond {@code exactUpTo}. */
  ENTROPY(Operand.NUMBER_OR_TEXT, AggregateParameter.EXACT_UP_TO, 65_536),
  /** A quantile, off by at most 1 % of its value; the same answer every time. */
  QUANTILE(Operand.NUMBER, AggregateParameter.QUANTILE, 0),
  /**
   * A quantile, one of the values, its rank off by at most 1.33 % of their number; beyond 200
   * values which one is drawn by lot, so that two runs may differ.
   */
  RANK_QUANTILE(Operand.NUMBER, AggregateParameter.QUANTILE, 0),
  /** How many values lie in each bucket; zeros for none. */
  HISTOGRAM(Operand.NUMBER, AggregateParameter.EDGES, 0),
  /** Seconds since the last event before this one; with {@code of}, that has the value. */
  TIME_SINCE_LAST(Operand.ANYTHING, AggregateParameter.NONE, 0),
  /** Sum in which a value counts half after each half-life; 0 for none. */
  DECAYED_SUM(Operand.NUMBER, AggregateParameter.HALF_LIFE, 0),
  /** The rate per second that {@link #DECAYED_SUM} stands for; without {@code of}, of events. */
  DECAYED_RATE(Operand.NUMBER_OR_EVENTS, AggregateParameter.HALF_LIFE, 0);

  /** What an aggregate is over. */
  public enum Operand {
    /** {@code of} is a number. */
    NUMBER,
    /** {@code of} is a number or a text; texts are told apart by a 53-bit hash. */
    NUMBER_OR_TEXT,
    /** {@code of} is a number, or absent for 1 per event. */
    NUMBER_OR_EVENTS,
    /** {@code of} has any type, for only its presence matters, or is absent for all events. */
    ANYTHING
  }

  private final Operand operand;
  private final AggregateParameter parameter;
  private final int largest;

  AggregateKind(Operand operand, AggregateParameter parameter, int largest) {
    this.operand = operand;
    this.parameter = parameter;
    this.largest = largest;
  }

  public Operand operand() {
    return operand;
  }

  public AggregateParameter parameter() {
    return parameter;
  }

  /** The largest {@link AggregateParameter#K} or {@link AggregateParameter#EXACT_UP_TO}. */
  int largestParameter() {
    return largest;
  }

  /** Whether {@code of:} is required. */
  public boolean needsColumn() {
    return operand == Operand.NUMBER || operand == Operand.NUMBER_OR_TEXT;
  }

  /** Whether the answer is several numbers. */
  public boolean isArray() {
    return parameter == AggregateParameter.K || parameter == AggregateParameter.EDGES;
  }

  /** How many numbers the answer has. */
  public int width(List<Double> parameters) {
    return switch (parameter) {
      case K -> parameters.get(0).intValue();
      case EDGES -> parameters.size() + 1;
      case NONE, EXACT_UP_TO, QUANTILE, HALF_LIFE -> 1;
    };
  }

  /**
   * @throws IllegalArgumentException if the parameters are not those of the kind; the message is
   *     for the user
   */
  public void requireParameters(List<Double> parameters) {
    parameter.require(yamlName(), parameters, largest);
  }

  public String yamlName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
