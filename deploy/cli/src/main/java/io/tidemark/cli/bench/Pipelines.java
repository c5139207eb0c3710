package io.tidemark.cli.bench;

import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.join.FeatureFusionOperator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** The graphs of the cases: ours, and what bounds it. All of them carry the same vectors. */
final class Pipelines {
  private Pipelines() {}

  /** What Flink costs by itself: source → keyBy → map → discard. */
  static void passThrough(StreamExecutionEnvironment env, Workload workload) {
    passThrough(byCustomer(env, workload));
  }

  /** The same in one task with the source, as {@link #noShuffle}. */
  static void noShufflePassThrough(StreamExecutionEnvironment env, Workload workload) {
    passThrough(splitAsKeys(env, workload));
  }

  private static void passThrough(KeyedStream<FeatureVector, String> vectors) {
    vectors
        .map(vector -> vector)
        .returns(RecordTypeInfo.FEATURE_VECTOR)
        .sinkTo(new ProbeSink<>(new AmountReader()));
  }

  /**
   * Our operator behind a shuffle.
   *
   * @param cacheBytes 0 for no cache in front of the state
   */
  static void exact(
      StreamExecutionEnvironment env, Workload workload, EventOrder order, long cacheBytes) {
    features(byCustomer(env, workload), workload, order, cacheBytes);
  }

  /**
   * Our operator in one task with the source, which hands each subtask the keys that are its own.
   */
  static void noShuffle(StreamExecutionEnvironment env, Workload workload) {
    features(
        splitAsKeys(env, workload),
        workload,
        EventOrder.ARRIVAL,
        ScoringSettings.DEFAULT_CACHE_BYTES);
  }

  /** One get and one put of so many bytes per event, and nothing else. */
  static void getPut(StreamExecutionEnvironment env, Workload workload, int bytes) {
    byCustomer(env, workload)
        .process(new GetPut(bytes))
        .returns(RecordTypeInfo.FEATURE_VECTOR)
        .sinkTo(new ProbeSink<>(new FirstColumnReader()));
  }

  /** What {@link #passThrough} must answer. */
  static Answers amounts(Tape tape) {
    double amounts = 0;
    for (Event event : tape.events()) {
      amounts += event.doubleValue(Workload.AMOUNT_SLOT);
    }
    return new Answers(tape.size(), tape.size(), amounts);
  }

  /** What {@link #getPut} must answer. */
  static Answers eventsSoFar(Tape tape) {
    long[] ofKey = new long[tape.keyCount()];
    long sum = 0;
    for (int key : tape.keys()) {
      sum += ++ofKey[key];
    }
    return new Answers(tape.size(), sum, 0);
  }

  private static void features(
      KeyedStream<FeatureVector, String> vectors,
      Workload workload,
      EventOrder order,
      long cacheBytes) {
    vectors
        .transform(
            "features",
            RecordTypeInfo.FEATURE_VECTOR,
            new FeatureFusionOperator(
                Workload.SCHEMA,
                workload.vectorColumns(),
                order,
                ScoringSettings.ALL_HISTORY,
                Workload.KEY,
                new FlushWatch(workload.features()),
                cacheBytes))
        .sinkTo(new ProbeSink<>(WindowsReader.of(workload)));
  }

  private static KeyedStream<FeatureVector, String> splitAsKeys(
      StreamExecutionEnvironment env, Workload workload) {
    return DataStreamUtils.reinterpretAsKeyedStream(
        source(env, workload), Workload.KEY, Types.STRING);
  }

  private static KeyedStream<FeatureVector, String> byCustomer(
      StreamExecutionEnvironment env, Workload workload) {
    return source(env, workload).keyBy(Workload.KEY);
  }

  private static DataStream<FeatureVector> source(
      StreamExecutionEnvironment env, Workload workload) {
    return env.fromSource(
        new ReplaySource(workload.vectorColumns()),
        ReplaySource.watermarks(),
        "replay",
        RecordTypeInfo.FEATURE_VECTOR);
  }

  /**
   * Sums up a vector of a workload.
   *
   * @param isCount per column
   */
  private record WindowsReader(boolean[] isCount) implements ProbeSink.Reader<FeatureVector> {
    static WindowsReader of(Workload workload) {
      boolean[] isCount = new boolean[workload.columns().size()];
      for (int i = 0; i < isCount.length; i++) {
        isCount[i] = workload.columns().get(i).isCount();
      }
      return new WindowsReader(isCount);
    }

    @Override
    public long timeMillis(FeatureVector vector) {
      return vector.trigger().timeMillis();
    }

    @Override
    public long counts(FeatureVector vector) {
      long counts = 0;
      for (int i = 0; i < isCount.length; i++) {
        if (isCount[i]) {
          counts += (long) vector.value(i);
        }
      }
      return counts;
    }

    @Override
    public double averages(FeatureVector vector) {
      double averages = 0;
      for (int i = 0; i < isCount.length; i++) {
        if (!isCount[i]) {
          averages += vector.value(i);
        }
      }
      return averages;
    }
  }

  /** Of a vector nobody has filled, the amount. */
  private record AmountReader() implements ProbeSink.Reader<FeatureVector> {
    @Override
    public long timeMillis(FeatureVector vector) {
      return vector.trigger().timeMillis();
    }

    @Override
    public long counts(FeatureVector vector) {
      return 1;
    }

    @Override
    public double averages(FeatureVector vector) {
      return vector.trigger().doubleValue(Workload.AMOUNT_SLOT);
    }
  }

  /** What {@link GetPut} counted. */
  private record FirstColumnReader() implements ProbeSink.Reader<FeatureVector> {
    @Override
    public long timeMillis(FeatureVector vector) {
      return vector.trigger().timeMillis();
    }

    @Override
    public long counts(FeatureVector vector) {
      return (long) vector.value(0);
    }

    @Override
    public double averages(FeatureVector vector) {
      return 0;
    }
  }

  /** Counts the key's events in the first bytes of its value. */
  private static final class GetPut
      extends KeyedProcessFunction<String, FeatureVector, FeatureVector> {
    private static final long serialVersionUID = 1L;
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final int bytes;
    private transient ValueState<byte[]> state;

    GetPut(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void open(OpenContext context) {
      state =
          getRuntimeContext()
              .getState(
                  new ValueStateDescriptor<>("header", BytePrimitiveArraySerializer.INSTANCE));
    }

    @Override
    public void processElement(FeatureVector vector, Context context, Collector<FeatureVector> out)
        throws Exception {
      byte[] value = state.value();
      if (value == null) {
        value = new byte[bytes];
      }
      long count = (long) LONG.get(value, 0) + 1;
      LONG.set(value, 0, count);
      state.update(value);
      vector.set(0, (double) count, FeatureStatus.OK);
      out.collect(vector);
    }
  }
}
