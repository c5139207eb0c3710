package io.tidemark.cli.bench;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.VectorColumns;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** What Flink's users write today for windows like ours. */
final class Peers {
  /** Windows that hop: 7 days by an hour. */
  static final Duration HOP_SIZE = Duration.ofDays(7);

  static final Duration HOP = Duration.ofHours(1);

  private static final String PAYMENTS = "payments";
  private static final VectorColumns NO_COLUMNS = new VectorColumns(List.of());

  private Peers() {}

  /**
   * Flink SQL, {@code OVER (… RANGE …)} three times: one SELECT can have one window, so they nest.
   * An interval is a second shorter than the window, for RANGE includes both of its ends; times are
   * whole seconds. The answers are the same as ours.
   */
  static void sqlOver(StreamExecutionEnvironment env, Workload workload) {
    StreamTableEnvironment tables = tables(env);
    String columns = "customer, amount, paid_at";
    String query = PAYMENTS;
    for (int i = 0; i < workload.windows().size(); i++) {
      query =
          "SELECT %s, COUNT(*) OVER w AS nb_%d, AVG(amount) OVER w AS avg_%d FROM %s WINDOW w AS"
                  .formatted(columns, i, i, i == 0 ? query : "(" + query + ")")
              + " (PARTITION BY customer ORDER BY paid_at RANGE BETWEEN INTERVAL '%s' DAY TO SECOND"
                  .formatted(interval(workload.windows().get(i).minusSeconds(1)))
              + " PRECEDING AND CURRENT ROW)";
      columns += ", nb_%d, avg_%d".formatted(i, i);
    }
    tables.toDataStream(tables.sqlQuery(query)).sinkTo(new ProbeSink<>(new OverReader()));
  }

  /** Flink SQL's table function HOP, a row per customer and hour. */
  static void hopTable(StreamExecutionEnvironment env) {
    StreamTableEnvironment tables = tables(env);
    String query =
        "SELECT window_end, COUNT(*) AS nb, AVG(amount) AS average FROM TABLE(HOP(TABLE "
            + PAYMENTS
            + ", DESCRIPTOR(paid_at), INTERVAL '1' HOUR, INTERVAL '7' DAY))"
            + " GROUP BY customer, window_start, window_end";
    tables.toDataStream(tables.sqlQuery(query)).sinkTo(new ProbeSink<>(new HopReader()));
  }

  /** The DataStream API's sliding windows, a record per customer and hour. */
  static void sliding(StreamExecutionEnvironment env) {
    source(env)
        .keyBy(Workload.KEY)
        .window(SlidingEventTimeWindows.of(HOP_SIZE, HOP))
        .aggregate(
            new CountAndSum(),
            new WithEnd(),
            Types.TUPLE(Types.LONG, Types.DOUBLE),
            Types.TUPLE(Types.LONG, Types.DOUBLE),
            Types.TUPLE(Types.LONG, Types.LONG, Types.DOUBLE))
        .sinkTo(new ProbeSink<>(new SlidingReader()));
  }

  private static String interval(Duration duration) {
    return "%d %02d:%02d:%02d"
        .formatted(
            duration.toDays(),
            duration.toHoursPart(),
            duration.toMinutesPart(),
            duration.toSecondsPart());
  }

  private static DataStream<FeatureVector> source(StreamExecutionEnvironment env) {
    return env.fromSource(
        new ReplaySource(NO_COLUMNS),
        ReplaySource.watermarks(),
        "replay",
        RecordTypeInfo.FEATURE_VECTOR);
  }

  /** An environment with the payments as a table; SQL takes no types of its users' own. */
  private static StreamTableEnvironment tables(StreamExecutionEnvironment env) {
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.getConfig().setLocalTimeZone(ZoneOffset.UTC);
    DataStream<Row> rows =
        source(env)
            .map(
                vector ->
                    Row.of(
                        vector.trigger().text(Workload.CUSTOMER_SLOT),
                        vector.trigger().doubleValue(Workload.AMOUNT_SLOT)))
            .returns(
                Types.ROW_NAMED(new String[] {"customer", "amount"}, Types.STRING, Types.DOUBLE));
    tables.createTemporaryView(
        PAYMENTS,
        rows,
        Schema.newBuilder()
            .column("customer", "STRING")
            .column("amount", "DOUBLE")
            .columnByMetadata("paid_at", DataTypes.TIMESTAMP_LTZ(3), "rowtime")
            .watermark("paid_at", "SOURCE_WATERMARK()")
            .build());
    return tables;
  }

  /** Rows of customer, amount, time, then a count and an average per window. */
  private record OverReader() implements ProbeSink.Reader<Row> {
    private static final int TIME = 2;

    @Override
    public long timeMillis(Row row) {
      return ((Instant) row.getField(TIME)).toEpochMilli();
    }

    @Override
    public long counts(Row row) {
      long counts = 0;
      for (int i = TIME + 1; i < row.getArity(); i += 2) {
        counts += (Long) row.getField(i);
      }
      return counts;
    }

    @Override
    public double averages(Row row) {
      double averages = 0;
      for (int i = TIME + 2; i < row.getArity(); i += 2) {
        averages += (Double) row.getField(i);
      }
      return averages;
    }
  }

  /** Rows of window end, count, average. */
  private record HopReader() implements ProbeSink.Reader<Row> {
    @Override
    public long timeMillis(Row row) {
      return ((LocalDateTime) row.getField(0)).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    @Override
    public long counts(Row row) {
      return (Long) row.getField(1);
    }

    @Override
    public double averages(Row row) {
      return (Double) row.getField(2);
    }
  }

  private record SlidingReader() implements ProbeSink.Reader<Tuple3<Long, Long, Double>> {
    @Override
    public long timeMillis(Tuple3<Long, Long, Double> answer) {
      return answer.f0;
    }

    @Override
    public long counts(Tuple3<Long, Long, Double> answer) {
      return answer.f1;
    }

    @Override
    public double averages(Tuple3<Long, Long, Double> answer) {
      return answer.f2;
    }
  }

  private static final class CountAndSum
      implements AggregateFunction<FeatureVector, Tuple2<Long, Double>, Tuple2<Long, Double>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Long, Double> createAccumulator() {
      return Tuple2.of(0L, 0.0);
    }

    @Override
    public Tuple2<Long, Double> add(FeatureVector vector, Tuple2<Long, Double> accumulator) {
      accumulator.f0 += 1;
      accumulator.f1 += vector.trigger().doubleValue(Workload.AMOUNT_SLOT);
      return accumulator;
    }

    @Override
    public Tuple2<Long, Double> getResult(Tuple2<Long, Double> accumulator) {
      return Tuple2.of(accumulator.f0, accumulator.f1 / accumulator.f0);
    }

    @Override
    public Tuple2<Long, Double> merge(Tuple2<Long, Double> a, Tuple2<Long, Double> b) {
      return Tuple2.of(a.f0 + b.f0, a.f1 + b.f1);
    }
  }

  private static final class WithEnd
      extends ProcessWindowFunction<
          Tuple2<Long, Double>, Tuple3<Long, Long, Double>, String, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        String key,
        Context context,
        Iterable<Tuple2<Long, Double>> results,
        Collector<Tuple3<Long, Long, Double>> out) {
      for (Tuple2<Long, Double> result : results) {
        out.collect(Tuple3.of(context.window().getEnd(), result.f0, result.f1));
      }
    }
  }
}
