package io.tidemark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.aggregate.NaiveAggregates;
import io.tidemark.aggregate.NaiveAggregates.Event;
import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.AggregateKind;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The functions in SQL jobs, their state in RocksDB, against the plain computation. */
class SqlFunctionsTest {
  private static final long START = Instant.parse("2024-02-28T12:00:00Z").toEpochMilli();
  private static final List<Event> EVENTS = new ArrayList<>();

  private static TableEnvironment streaming;
  private static TableEnvironment batch;

  @BeforeAll
  static void createTables() {
    Random random = new Random(11);
    long time = START;
    for (int i = 0; i < 120; i++) {
      time += 1 + random.nextInt(7_200_000);
      double value = i % 9 == 0 ? Double.NaN : random.nextInt(40) / 4.0;
      EVENTS.add(new Event(value, time));
    }
    streaming = environment(EnvironmentSettings.inStreamingMode());
    batch = environment(EnvironmentSettings.inBatchMode());
  }

  private static TableEnvironment environment(EnvironmentSettings settings) {
    TableEnvironment sql = TableEnvironment.create(settings);
    sql.getConfig()
        .set("parallelism.default", "1")
        .set("table.local-time-zone", "UTC")
        .set("pipeline.generic-types", "false");
    if (settings.isStreamingMode()) {
      sql.getConfig().set("state.backend.type", "rocksdb");
    }
    for (Class<? extends UserDefinedFunction> type : functions()) {
      sql.createTemporarySystemFunction(name(type), type);
    }
    // Literals alone make one table; a cast among them makes a union of as many as there are rows.
    // A batch gets them in no order of time: to put them in order is what OVER is there for.
    List<Event> events = new ArrayList<>(EVENTS);
    if (!settings.isStreamingMode()) {
      Collections.shuffle(events, new Random(5));
    }
    String rows =
        events.stream()
            .map(
                event ->
                    "('h%s', %sE0, 's%s', TIMESTAMP '%s')"
                        .formatted(
                            event.time() % 2,
                            Double.isNaN(event.value()) ? -1 : event.value(),
                            event.time() % 7,
                            LocalDateTime.ofInstant(
                                    Instant.ofEpochMilli(event.time()), ZoneOffset.UTC)
                                .toString()
                                .replace('T', ' ')))
            .collect(Collectors.joining(", "));
    sql.executeSql(
        "CREATE TEMPORARY VIEW payments AS"
            + " SELECT half, NULLIF(amount, -1E0) AS amount, country, ts FROM (VALUES "
            + rows
            + ") AS t(half, amount, country, ts)");
    return sql;
  }

  /** {@code tm_top_values} for {@code TopValuesFunction}. */
  private static String name(Class<?> type) {
    String words = type.getSimpleName().replace("Function", "");
    return "tm" + words.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static List<Class<? extends UserDefinedFunction>> functions() {
    return List.of(
        CountFunction.class,
        SumFunction.class,
        AverageFunction.class,
        MinimumFunction.class,
        MaximumFunction.class,
        VarianceFunction.class,
        StandardDeviationFunction.class,
        SkewnessFunction.class,
        KurtosisFunction.class,
        FirstFunction.class,
        LastFunction.class,
        FirstValuesFunction.class,
        LastValuesFunction.class,
        TopValuesFunction.class,
        DistinctFunction.class,
        EntropyFunction.class,
        QuantileFunction.class,
        RankQuantileFunction.class,
        HistogramFunction.class,
        TimeSinceLastFunction.class,
        DecayedSumFunction.class,
        DecayedRateFunction.class,
        TrailingMinimumFunction.class,
        TrailingMaximumFunction.class,
        TrailingStandardDeviationFunction.class,
        TrailingDistinctFunction.class,
        RatioFunction.class,
        TextCodeFunction.class);
  }

  private static List<Row> rows(TableEnvironment sql, String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> answers = sql.executeSql(query).collect()) {
      answers.forEachRemaining(rows::add);
    }
    return rows;
  }

  /** The row that stands when all updates have been applied to the only one there is. */
  private static Row last(TableEnvironment sql, String query) throws Exception {
    List<Row> rows = rows(sql, query);
    Row last = rows.get(rows.size() - 1);
    assertThat(last.getKind()).isIn(RowKind.INSERT, RowKind.UPDATE_AFTER);
    return last;
  }

  private static double[] expected(AggregateKind kind, List<Event> events, double... parameters) {
    long youngest =
        events.stream()
            .filter(event -> !Double.isNaN(event.value()))
            .mapToLong(Event::time)
            .max()
            .orElse(0);
    AggregateSpec spec = new AggregateSpec(kind, Arrays.stream(parameters).boxed().toList());
    return NaiveAggregates.answer(spec, events, youngest);
  }

  private static void assertNumber(Object found, double expected, String what) {
    if (Double.isNaN(expected)) {
      assertThat(found).as(what).isNull();
    } else {
      assertThat(((Number) found).doubleValue())
          .as(what)
          .isCloseTo(expected, within(1e-12 + 1e-10 * Math.abs(expected)));
    }
  }

  private static void assertGroupedAnswers(TableEnvironment sql) throws Exception {
    Row row =
        last(
            sql,
            """
            SELECT tm_count(amount), tm_sum(amount), tm_average(amount), tm_minimum(amount),
              tm_maximum(amount), tm_variance(amount), tm_standard_deviation(amount),
              tm_skewness(amount), tm_kurtosis(amount), tm_first(amount, ts), tm_last(amount, ts),
              tm_distinct(amount), tm_entropy(amount), tm_rank_quantile(amount, 0.25),
              tm_time_since_last(amount, ts), tm_decayed_sum(amount, ts, INTERVAL '1' DAY),
              tm_decayed_rate(amount, ts, INTERVAL '1' HOUR), tm_quantile(amount, 0.9),
              tm_first_values(amount, ts, 3), tm_last_values(amount, ts, 4),
              tm_top_values(amount, 2), tm_histogram(amount, 1, 2.5, 5),
              tm_distinct(country), tm_entropy(country),
              tm_ratio(tm_sum(amount) FILTER (WHERE country = 's1'), tm_sum(amount))
            FROM payments
            """);
    AggregateKind[] kinds = {
      AggregateKind.COUNT,
      AggregateKind.SUM,
      AggregateKind.AVG,
      AggregateKind.MIN,
      AggregateKind.MAX,
      AggregateKind.VARIANCE,
      AggregateKind.STDDEV,
      AggregateKind.SKEWNESS,
      AggregateKind.KURTOSIS,
      AggregateKind.FIRST,
      AggregateKind.LAST
    };
    for (int i = 0; i < kinds.length; i++) {
      assertNumber(row.getField(i), expected(kinds[i], EVENTS)[0], kinds[i].name());
    }
    assertNumber(row.getField(11), expected(AggregateKind.DISTINCT, EVENTS, 1024)[0], "distinct");
    assertNumber(row.getField(12), expected(AggregateKind.ENTROPY, EVENTS, 4096)[0], "entropy");
    assertNumber(row.getField(13), expected(AggregateKind.RANK_QUANTILE, EVENTS, 0.25)[0], "rank");
    assertNumber(
        row.getField(14), expected(AggregateKind.TIME_SINCE_LAST, EVENTS)[0], "time since last");
    assertNumber(
        row.getField(15), expected(AggregateKind.DECAYED_SUM, EVENTS, 86_400_000)[0], "decayed");
    assertNumber(
        row.getField(16), expected(AggregateKind.DECAYED_RATE, EVENTS, 3_600_000)[0], "rate");
    double quantile = expected(AggregateKind.QUANTILE, EVENTS, 0.9)[0];
    assertThat((double) row.getField(17)).isCloseTo(quantile, within(0.01001 * quantile));
    assertThat((Double[]) row.getField(18))
        .containsExactly(boxed(expected(AggregateKind.FIRST_K, EVENTS, 3)));
    assertThat((Double[]) row.getField(19))
        .containsExactly(boxed(expected(AggregateKind.LAST_K, EVENTS, 4)));
    assertThat((Double[]) row.getField(20))
        .containsExactly(boxed(expected(AggregateKind.TOP_K, EVENTS, 2)));
    assertThat((Long[]) row.getField(21))
        .containsExactly(
            Arrays.stream(expected(AggregateKind.HISTOGRAM, EVENTS, 1, 2.5, 5))
                .mapToObj(count -> (long) count)
                .toArray(Long[]::new));
    List<Event> countries =
        EVENTS.stream().map(event -> new Event((double) (event.time() % 7), event.time())).toList();
    assertNumber(
        row.getField(22), expected(AggregateKind.DISTINCT, countries, 1024)[0], "countries");
    assertNumber(
        row.getField(23), expected(AggregateKind.ENTROPY, countries, 4096)[0], "countries");
    List<Event> first = EVENTS.stream().filter(event -> event.time() % 7 == 1).toList();
    assertNumber(
        row.getField(24),
        expected(AggregateKind.SUM, first)[0] / expected(AggregateKind.SUM, EVENTS)[0],
        "ratio");
  }

  private static Double[] boxed(double[] numbers) {
    return Arrays.stream(numbers).boxed().toArray(Double[]::new);
  }

  @Test
  void groupsOfAStreamAnswerLikeThePlainComputation() throws Exception {
    assertGroupedAnswers(streaming);
  }

  @Test
  void groupsOfABatchAnswerLikeThePlainComputation() throws Exception {
    // Sorted or hashed, and in two phases: states are merged.
    assertGroupedAnswers(batch);
  }

  @Test
  void updatesRetractWhatTheyReplace() throws Exception {
    Row row =
        last(
            streaming,
            """
            SELECT tm_count(total), tm_sum(total), tm_average(total), tm_entropy(total),
              tm_histogram(total, 20, 100), tm_quantile(total, 0.5),
              tm_decayed_sum(total, newest, INTERVAL '1' DAY)
            FROM (SELECT country, SUM(amount) AS total, MAX(ts) AS newest
                  FROM payments GROUP BY country)
            """);
    List<Event> totals =
        IntStream.range(0, 7)
            .mapToObj(
                country -> {
                  List<Event> of =
                      EVENTS.stream().filter(event -> event.time() % 7 == country).toList();
                  return new Event(
                      of.stream()
                          .mapToDouble(Event::value)
                          .filter(value -> !Double.isNaN(value))
                          .sum(),
                      of.stream().mapToLong(Event::time).max().orElse(0));
                })
            .filter(event -> event.time() > 0)
            .toList();

    assertNumber(row.getField(0), expected(AggregateKind.COUNT, totals)[0], "count");
    assertNumber(row.getField(1), expected(AggregateKind.SUM, totals)[0], "sum");
    assertNumber(row.getField(2), expected(AggregateKind.AVG, totals)[0], "average");
    assertNumber(row.getField(3), expected(AggregateKind.ENTROPY, totals, 4096)[0], "entropy");
    assertThat((Long[]) row.getField(4))
        .containsExactly(
            Arrays.stream(expected(AggregateKind.HISTOGRAM, totals, 20, 100))
                .mapToObj(count -> (long) count)
                .toArray(Long[]::new));
    double median = expected(AggregateKind.QUANTILE, totals, 0.5)[0];
    assertThat((double) row.getField(5)).isCloseTo(median, within(0.01001 * median));
    assertNumber(
        row.getField(6), expected(AggregateKind.DECAYED_SUM, totals, 86_400_000)[0], "decayed");
  }

  @Test
  void trailingAggregatesOfABatchAreExactAtEveryRow() throws Exception {
    assertTrailingAnswers(batch, "ts");
  }

  @Test
  void trailingAggregatesOfAStreamAreExactAtEveryRow() throws Exception {
    assertTrailingAnswers(streaming, "arrival");
  }

  private static void assertTrailingAnswers(TableEnvironment sql, String order) throws Exception {
    long size = 86_400_000;
    List<Row> rows =
        rows(
            sql,
            """
            SELECT ts, half, tm_trailing_maximum(amount, ts, INTERVAL '1' DAY) OVER w,
              tm_trailing_minimum(amount, ts, INTERVAL '1' DAY) OVER w,
              tm_trailing_standard_deviation(amount, ts, INTERVAL '1' DAY) OVER w,
              tm_trailing_distinct(country, ts, INTERVAL '1' DAY) OVER w
            FROM (SELECT *, PROCTIME() AS arrival FROM payments)
            WINDOW w AS (PARTITION BY half ORDER BY %s
              ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
            """
                .formatted(order));

    assertThat(rows).hasSameSizeAs(EVENTS);
    for (Row row : rows) {
      long now = ((LocalDateTime) row.getField(0)).toInstant(ZoneOffset.UTC).toEpochMilli();
      List<Event> inside =
          EVENTS.stream()
              .filter(event -> ("h" + event.time() % 2).equals(row.getField(1)))
              .filter(event -> event.time() > now - size && event.time() <= now)
              .toList();
      assertNumber(row.getField(2), expected(AggregateKind.MAX, inside)[0], "maximum at " + now);
      assertNumber(row.getField(3), expected(AggregateKind.MIN, inside)[0], "minimum at " + now);
      assertNumber(
          row.getField(4), expected(AggregateKind.STDDEV, inside)[0], "deviation at " + now);
      assertNumber(
          row.getField(5),
          (double) inside.stream().mapToLong(event -> event.time() % 7).distinct().count(),
          "distinct at " + now);
    }
  }

  @Test
  void textIsCountedByItsCode() throws Exception {
    Row row =
        last(
            streaming,
            "SELECT tm_text_code('s1'), tm_text_code(CAST(NULL AS STRING)),"
                + " tm_ratio(1, 0), tm_ratio(1, CAST(NULL AS DOUBLE))");

    assertThat(row.getField(0)).isEqualTo(TextCode.of("s1"));
    assertThat(row.getField(1)).isNull();
    assertThat(row.getField(2)).isNull();
    assertThat(row.getField(3)).isNull();
  }

  @Test
  void nothingButNullsHasNoAnswer() throws Exception {
    Row row =
        last(
            streaming,
            "SELECT tm_count(v), tm_sum(v), tm_average(v), tm_quantile(v, 0.5),"
                + " tm_last_values(v, ts, 3) FROM (SELECT CAST(NULL AS DOUBLE) AS v, ts"
                + " FROM payments)");

    assertThat(row.getField(0)).isEqualTo(0L);
    assertThat(row.getField(1)).isEqualTo(0.0);
    assertThat(row.getField(2)).isNull();
    assertThat(row.getField(3)).isNull();
    assertThat((Double[]) row.getField(4)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tm_quantile(amount, 99)                            | the rank must be from 0 to 1, such as 0.99, but is 99.0
          tm_top_values(amount, 0)                           | top_k: k must be from 1 to 256, but is 0.0
          tm_histogram(amount, 5, 1)                         | the edges must be 1 to 1000 ascending numbers, but are [5.0, 1.0]
          tm_last(amount, country)                           | Argument 2 must be a timestamp
          tm_decayed_sum(amount, ts, 7)                      | Argument 3 must be an interval such as INTERVAL '7' DAY
          tm_decayed_sum(amount, ts, INTERVAL '0' SECOND)    | Argument 3 must be at least a millisecond long
          tm_trailing_maximum(amount, ts, INTERVAL '1' DAY)  | OVER
          """)
  void wrongArgumentIsRefusedWhenTheQueryIsPlanned(String call, String message) {
    assertThatThrownBy(
            () -> streaming.explainSql("SELECT " + call + " FROM payments GROUP BY half"))
        .hasStackTraceContaining(message);
  }
}
