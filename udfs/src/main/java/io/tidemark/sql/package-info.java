/**
 * The aggregates, and functions of one row, as functions of Flink SQL. Thin: what they compute is
 * in {@code io.tidemark.aggregate}; here are argument types, SQL's nulls and the state's
 * serializer. Only this package of the module knows Flink.
 *
 * <p>A session registers what it needs from {@code udfs/target/tidemark-udfs-sql.jar}:
 *
 * <pre>
 *   CREATE FUNCTION quantile AS 'io.tidemark.sql.QuantileFunction'
 *     USING JAR 'file:///opt/tidemark/tidemark-udfs-sql.jar';
 *   SELECT terminal_id, quantile(amount, 0.99) FROM payments GROUP BY terminal_id;
 * </pre>
 *
 * <p>The functions, by class and arguments; a value is any number, a time any timestamp:
 *
 * <ul>
 *   <li>{@code CountFunction, SumFunction, AverageFunction, MinimumFunction, MaximumFunction,
 *       VarianceFunction, StandardDeviationFunction, SkewnessFunction, KurtosisFunction}: (value)
 *   <li>{@code FirstFunction, LastFunction, TimeSinceLastFunction}: (value, time)
 *   <li>{@code FirstValuesFunction, LastValuesFunction}: (value, time, k); arrays
 *   <li>{@code TopValuesFunction}: (value, k); an array
 *   <li>{@code DistinctFunction, EntropyFunction}: (value or string)
 *   <li>{@code QuantileFunction, RankQuantileFunction}: (value, rank)
 *   <li>{@code HistogramFunction}: (value, edge, edge, …); an array of counts
 *   <li>{@code DecayedSumFunction, DecayedRateFunction}: (value, time, half-life as an interval)
 *   <li>{@code TrailingMinimumFunction, TrailingMaximumFunction, TrailingStandardDeviationFunction,
 *       TrailingDistinctFunction}: (value, time, size as an interval), only {@code OVER (… ORDER BY
 *       time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)}, for they do the windowing
 *       themselves: SQL's own bounded windows need aggregates that can give values back
 *   <li>of one row: {@code RatioFunction}: (numerator, denominator), each often an aggregate with
 *       its {@code FILTER}; {@code TextCodeFunction}: (string)
 * </ul>
 *
 * <p>Nulls, NaN and infinities are skipped, and an answer that is not defined is null. k, ranks,
 * edges, half-lives and sizes are constants. A time-aware aggregate answers as of the youngest time
 * it was given. Those that are invertible take part in retractions and bounded {@code OVER}
 * windows; all but the trailing ones in session windows and two-phase aggregation.
 */
@NullMarked
package io.tidemark.sql;

import org.jspecify.annotations.NullMarked;
