package io.tidemark.cli.bench;

import io.tidemark.cli.bench.WindowsCase.Backend;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Runs cases in this JVM and checks every answer that comes out. Not thread-safe. */
final class WindowsRun implements Closeable {
  private static final int HOP_STEADY_FROM_DAY = 8;
  private static final int KEPT_EVENTS = 1_000_000;

  /** What the aggregate promises, relative. */
  private static final double QUANTILE_ERROR = 0.01;

  private final Scale scale;
  private final Path folder;
  private final Map<Tape.Slice, Tape> tapes = new HashMap<>();
  private final Map<WindowsCase, Answers> expected = new HashMap<>();
  private @Nullable BenchFlink flink;
  private int headerBytes;

  /**
   * @param folder holds the tapes
   */
  WindowsRun(Scale scale, Path folder) {
    this.scale = scale;
    this.folder = folder;
  }

  /** The file of the payments with their own customers. */
  static Path customers(Path folder) {
    return folder.resolve("customers.tape");
  }

  /** The file of the payments dealt to {@link Scale#dealtTo} keys. */
  static Path dealt(Path folder) {
    return folder.resolve("dealt.tape");
  }

  /**
   * Runs a case, again and again until it has used so much CPU time. Not time on the clock: what a
   * busy machine gives others neither warms this JVM up nor makes its figures more exact.
   *
   * @throws WrongAnswerException if the sums of its answers are not as they should be
   */
  Measurement run(WindowsCase theCase, long cpuNanos) throws Exception {
    Tape.Slice slice = slice(theCase);
    Measurement sum = run(theCase, tape(slice), cpuNanos);
    if (!tapes.containsKey(slice)) {
      System.gc(); // Whoever waits holds no memory that others could use.
    }
    return sum;
  }

  private Measurement run(WindowsCase theCase, Tape tape, long cpuNanos) throws Exception {
    long fromMillis = tape.dayMillis(measuredFromDay(theCase));
    Workload workload = workload(theCase, tape);
    if (!expected.containsKey(theCase)) {
      expected.put(theCase, expected(theCase, tape, workload));
    }
    if (theCase == WindowsCase.GET_PUT && headerBytes == 0) {
      headerBytes = HeldState.of(workload, tape).meanValueBytes();
    }
    Measurement sum = new Measurement(0, 0, 0, 0);
    long beginCpuNanos = WorkTime.cpuNanos();
    do {
      Backend backend = theCase.backend();
      sum =
          sum.plus(
              backend == null
                  ? loop(tape, workload, fromMillis)
                  : flink(theCase, backend, tape, workload, fromMillis));
    } while (WorkTime.cpuNanos() - beginCpuNanos < cpuNanos);
    return sum;
  }

  /** Reads a tape, or takes it from those that are small enough to stay in memory. */
  private Tape tape(Tape.Slice slice) throws IOException {
    Tape tape = tapes.get(slice);
    if (tape == null) {
      tape = Tape.read(slice);
      if (tape.size() <= KEPT_EVENTS) {
        tapes.put(slice, tape);
      }
      System.gc(); // While it is there it is old: no young collection shall copy it.
    }
    return tape;
  }

  private Tape.Slice slice(WindowsCase theCase) {
    Path customers = customers(folder);
    return switch (theCase.data()) {
      case CUSTOMERS -> new Tape.Slice(customers, 1, scale.days());
      case CUSTOMERS_UNCACHED ->
          new Tape.Slice(customers, scale.uncachedOneKeyIn(), scale.shortDays());
      case CUSTOMERS_FEW -> new Tape.Slice(customers, scale.fewCustomersOneIn(), scale.shortDays());
      case DEALT -> new Tape.Slice(dealt(folder), 1, scale.days());
      case SQL -> {
        boolean rocksDb = theCase.backend() == Backend.ROCKSDB;
        yield new Tape.Slice(
            customers,
            rocksDb ? scale.sqlOnRocksDbOneKeyIn() : scale.sqlOnHeapOneKeyIn(),
            scale.sqlDays());
      }
      case HOP -> {
        boolean sliding = theCase == WindowsCase.SLIDING_HEAP;
        yield new Tape.Slice(
            customers, sliding ? scale.slidingOneKeyIn() : scale.hopOneKeyIn(), scale.hopDays());
      }
    };
  }

  private int measuredFromDay(WindowsCase theCase) {
    return switch (theCase.data()) {
      case CUSTOMERS, CUSTOMERS_UNCACHED, CUSTOMERS_FEW, SQL -> scale.steadyFromDay();
      case DEALT -> scale.dealtSteadyFromDay();
      case HOP -> HOP_STEADY_FROM_DAY;
    };
  }

  private static Workload workload(WindowsCase theCase, Tape tape) {
    return switch (theCase) {
      case ROCKSDB_CACHED_60 -> Workload.ofLongest(tape.spanOfEventsPerKey(60));
      case ROCKSDB_CACHED_600 -> Workload.ofLongest(tape.spanOfEventsPerKey(600));
      case ROCKSDB_CACHED_6000 -> Workload.ofLongest(tape.spanOfEventsPerKey(6_000));
      case ROCKSDB_CACHED_MAX -> Workload.MAXIMA;
      case ROCKSDB_CACHED_QUANTILE -> Workload.MEDIANS;
      case ROCKSDB_CACHED_NINE -> Workload.NINE;
      case ROCKSDB_CACHED_CEL -> Workload.EXPRESSION;
      case PASS_THROUGH,
          NO_SHUFFLE_PASS_THROUGH,
          LOOP,
          NO_SHUFFLE,
          HEAP,
          HEAP_EVENT_TIME,
          ROCKSDB_CACHED,
          ROCKSDB_CACHED_AVG,
          ROCKSDB_CACHED_EVENT_TIME,
          ROCKSDB_UNCACHED,
          ROCKSDB_UNCACHED_EVENT_TIME,
          GET_PUT,
          SQL_OVER_HEAP,
          SQL_OVER_ROCKSDB,
          SLIDING_HEAP,
          HOP_HEAP ->
          Workload.MONTH;
    };
  }

  private static Answers expected(WindowsCase theCase, Tape tape, Workload workload) {
    return switch (theCase) {
      case PASS_THROUGH, NO_SHUFFLE_PASS_THROUGH -> Pipelines.amounts(tape);
      case GET_PUT -> Pipelines.eventsSoFar(tape);
      case SLIDING_HEAP, HOP_HEAP -> HopReference.of(tape);
      case ROCKSDB_CACHED_MAX, ROCKSDB_CACHED_QUANTILE, ROCKSDB_CACHED_NINE, ROCKSDB_CACHED_CEL ->
          WindowReference.of(tape, workload);
      case LOOP,
          NO_SHUFFLE,
          HEAP,
          HEAP_EVENT_TIME,
          ROCKSDB_CACHED,
          ROCKSDB_CACHED_AVG,
          ROCKSDB_CACHED_EVENT_TIME,
          ROCKSDB_UNCACHED,
          ROCKSDB_UNCACHED_EVENT_TIME,
          ROCKSDB_CACHED_60,
          ROCKSDB_CACHED_600,
          ROCKSDB_CACHED_6000,
          SQL_OVER_HEAP,
          SQL_OVER_ROCKSDB -> {
        PlainLoop loop = new PlainLoop(workload.windowMillis());
        loop.run(tape.events());
        yield loop.answers();
      }
    };
  }

  private void define(WindowsCase theCase, StreamExecutionEnvironment env, Workload workload) {
    switch (theCase) {
      case PASS_THROUGH -> Pipelines.passThrough(env, workload);
      case NO_SHUFFLE_PASS_THROUGH -> Pipelines.noShufflePassThrough(env, workload);
      case NO_SHUFFLE -> Pipelines.noShuffle(env, workload);
      case HEAP,
          ROCKSDB_CACHED,
          ROCKSDB_CACHED_60,
          ROCKSDB_CACHED_600,
          ROCKSDB_CACHED_6000,
          ROCKSDB_CACHED_AVG,
          ROCKSDB_CACHED_MAX,
          ROCKSDB_CACHED_QUANTILE,
          ROCKSDB_CACHED_NINE,
          ROCKSDB_CACHED_CEL ->
          Pipelines.exact(env, workload, EventOrder.ARRIVAL, ScoringSettings.DEFAULT_CACHE_BYTES);
      case HEAP_EVENT_TIME, ROCKSDB_CACHED_EVENT_TIME ->
          Pipelines.exact(
              env, workload, EventOrder.EVENT_TIME, ScoringSettings.DEFAULT_CACHE_BYTES);
      case ROCKSDB_UNCACHED -> Pipelines.exact(env, workload, EventOrder.ARRIVAL, 0);
      case ROCKSDB_UNCACHED_EVENT_TIME -> Pipelines.exact(env, workload, EventOrder.EVENT_TIME, 0);
      case GET_PUT -> Pipelines.getPut(env, workload, headerBytes);
      case SQL_OVER_HEAP, SQL_OVER_ROCKSDB -> Peers.sqlOver(env, workload);
      case SLIDING_HEAP -> Peers.sliding(env);
      case HOP_HEAP -> Peers.hopTable(env);
      case LOOP -> throw new IllegalArgumentException("The loop has no graph");
    }
  }

  private Measurement loop(Tape tape, Workload workload, long fromMillis)
      throws WrongAnswerException {
    PlainLoop loop = new PlainLoop(workload.windowMillis());
    int from = tape.firstFrom(fromMillis);
    loop.run(tape.events().subList(0, from));
    long beginCpuNanos = WorkTime.cpuNanos();
    long beginNanos = System.nanoTime();
    loop.run(tape.events().subList(from, tape.size()));
    long endNanos = System.nanoTime();
    long endCpuNanos = WorkTime.cpuNanos();
    check(WindowsCase.LOOP, loop.answers());
    return new Measurement(
        tape.size() - from, endNanos - beginNanos, endCpuNanos - beginCpuNanos, 0);
  }

  private Measurement flink(
      WindowsCase theCase, Backend backend, Tape tape, Workload workload, long fromMillis)
      throws Exception {
    collectGarbage();
    boolean hops = theCase.data() == WindowsCase.Data.HOP;
    Probe probe =
        new Probe(fromMillis, hops ? tape.lastMillis() : Long.MAX_VALUE, BenchFlink.PARALLELISM);
    Probe.mount(probe);
    Replay.mount(new Replay(lanes(theCase, tape), tape.dayMillis(0)));
    try {
      StreamExecutionEnvironment env = flink().environment(backend, !theCase.isPeer());
      define(theCase, env, workload);
      flink().run(env);
    } finally {
      Replay.mount(null);
      Probe.mount(null);
    }
    check(theCase, probe.answers());
    return hops ? probe.measurement(tape.size() - tape.firstFrom(fromMillis)) : probe.measurement();
  }

  /** Where much of it may lie: it is not the next run's. */
  private static void collectGarbage() {
    Runtime heap = Runtime.getRuntime();
    if (heap.totalMemory() - heap.freeMemory() > heap.maxMemory() / 2) {
      System.gc();
    }
  }

  private BenchFlink flink() throws Exception {
    if (flink == null) {
      flink = BenchFlink.start(folder);
    }
    return flink;
  }

  /**
   * Which reader hands out which events: all of one key the same. Behind a shuffle any will do;
   * without one it must be the subtask that Flink gives the key to.
   */
  private static Event[][] lanes(WindowsCase theCase, Tape tape) {
    if (theCase != WindowsCase.NO_SHUFFLE && theCase != WindowsCase.NO_SHUFFLE_PASS_THROUGH) {
      return tape.lanes(BenchFlink.PARALLELISM, i -> tape.keys()[i] % BenchFlink.PARALLELISM);
    }
    return tape.lanes(
        BenchFlink.PARALLELISM,
        i ->
            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                String.valueOf(tape.events().get(i).text(Workload.CUSTOMER_SLOT)),
                ScoringJob.MAX_PARALLELISM,
                BenchFlink.PARALLELISM));
  }

  private void check(WindowsCase theCase, Answers found) throws WrongAnswerException {
    Answers right = expected.get(theCase);
    double tolerance =
        theCase == WindowsCase.ROCKSDB_CACHED_QUANTILE ? QUANTILE_ERROR : Answers.ROUNDING;
    if (!found.agreesWith(right, tolerance)) {
      throw new WrongAnswerException(theCase.id(), found, right);
    }
  }

  @Override
  public void close() throws IOException {
    if (flink != null) {
      flink.close();
    }
  }
}
