package io.tidemark.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import io.tidemark.cli.bench.WindowsCase.Backend;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventOrder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs cases in this JVM, on two subtasks per operator, and checks every answer that comes out. No
 * checkpoints are taken while it measures. Not thread-safe.
 */
final class WindowsRun {
  /** Subtasks per operator: what two cores keep busy. */
  static final int PARALLELISM = 2;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int HOP_STEADY_FROM_DAY = 8;

  private final Scale scale;
  private final Path folder;
  private final Map<WindowsCase, Answers> expected = new HashMap<>();
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
   * @throws WrongAnswerException if the sums of its answers are not as they should be
   */
  Measurement run(WindowsCase theCase) throws Exception {
    Tape tape = Tape.read(slice(theCase));
    long fromMillis = tape.dayMillis(measuredFromDay(theCase));
    Workload workload = workload(theCase, tape);
    if (!expected.containsKey(theCase)) {
      expected.put(theCase, expected(theCase, tape, workload));
    }
    if (theCase == WindowsCase.GET_PUT && headerBytes == 0) {
      headerBytes = HeldState.of(workload, tape).meanValueBytes();
    }
    System.gc();
    Backend backend = theCase.backend();
    return backend == null
        ? loop(tape, workload, fromMillis)
        : flink(theCase, backend, tape, workload, fromMillis);
  }

  private Tape.Slice slice(WindowsCase theCase) {
    return switch (theCase.data()) {
      case CUSTOMERS -> new Tape.Slice(customers(folder), 1, scale.days());
      case DEALT -> new Tape.Slice(dealt(folder), 1, scale.days());
      case SQL_SAMPLE ->
          new Tape.Slice(customers(folder), scale.sqlOneKeyIn(), scale.sqlDays());
      case HOP_SAMPLE ->
          new Tape.Slice(customers(folder), scale.hopOneKeyIn(), scale.hopDays());
    };
  }

  private int measuredFromDay(WindowsCase theCase) {
    return switch (theCase.data()) {
      case CUSTOMERS, SQL_SAMPLE -> scale.steadyFromDay();
      case DEALT -> scale.dealtSteadyFromDay();
      case HOP_SAMPLE -> HOP_STEADY_FROM_DAY;
    };
  }

  private static Workload workload(WindowsCase theCase, Tape tape) {
    return switch (theCase) {
      case ROCKSDB_UNCACHED_60 -> Workload.ofLongest(tape.spanOfEventsPerKey(60));
      case ROCKSDB_UNCACHED_600 -> Workload.ofLongest(tape.spanOfEventsPerKey(600));
      case ROCKSDB_UNCACHED_6000 -> Workload.ofLongest(tape.spanOfEventsPerKey(6_000));
      case PASS_THROUGH,
          LOOP,
          NO_SHUFFLE,
          HEAP,
          HEAP_EVENT_TIME,
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
      case PASS_THROUGH -> Pipelines.amounts(tape);
      case GET_PUT -> Pipelines.eventsSoFar(tape);
      case SLIDING_HEAP, HOP_HEAP -> HopReference.of(tape);
      case LOOP,
          NO_SHUFFLE,
          HEAP,
          HEAP_EVENT_TIME,
          ROCKSDB_UNCACHED,
          ROCKSDB_UNCACHED_EVENT_TIME,
          ROCKSDB_UNCACHED_60,
          ROCKSDB_UNCACHED_600,
          ROCKSDB_UNCACHED_6000,
          SQL_OVER_HEAP,
          SQL_OVER_ROCKSDB -> {
        PlainLoop loop = new PlainLoop(workload.windowMillis(), tape.keyCount());
        loop.run(tape, 0, tape.size());
        yield loop.answers(tape.size());
      }
    };
  }

  private void define(WindowsCase theCase, StreamExecutionEnvironment env, Workload workload) {
    switch (theCase) {
      case PASS_THROUGH -> Pipelines.passThrough(env, workload);
      case NO_SHUFFLE -> Pipelines.noShuffle(env, workload);
      case HEAP,
          ROCKSDB_UNCACHED,
          ROCKSDB_UNCACHED_60,
          ROCKSDB_UNCACHED_600,
          ROCKSDB_UNCACHED_6000 ->
          Pipelines.exact(env, workload, EventOrder.ARRIVAL);
      case HEAP_EVENT_TIME, ROCKSDB_UNCACHED_EVENT_TIME ->
          Pipelines.exact(env, workload, EventOrder.EVENT_TIME);
      case GET_PUT -> Pipelines.getPut(env, workload, headerBytes);
      case SQL_OVER_HEAP, SQL_OVER_ROCKSDB -> Peers.sqlOver(env, workload);
      case SLIDING_HEAP -> Peers.sliding(env);
      case HOP_HEAP -> Peers.hopTable(env);
      case LOOP -> throw new IllegalArgumentException("The loop has no graph");
    }
  }

  private Measurement loop(Tape tape, Workload workload, long fromMillis)
      throws WrongAnswerException {
    PlainLoop loop = new PlainLoop(workload.windowMillis(), tape.keyCount());
    int from = tape.firstFrom(fromMillis);
    loop.run(tape, 0, from);
    long beginCpuNanos = PROCESS.getProcessCpuTime();
    long beginNanos = System.nanoTime();
    loop.run(tape, from, tape.size());
    long endNanos = System.nanoTime();
    long endCpuNanos = PROCESS.getProcessCpuTime();
    check(WindowsCase.LOOP, loop.answers(tape.size()));
    return new Measurement(
        tape.size() - from, endNanos - beginNanos, endCpuNanos - beginCpuNanos);
  }

  private Measurement flink(
      WindowsCase theCase, Backend backend, Tape tape, Workload workload, long fromMillis)
      throws Exception {
    boolean hops = theCase.data() == WindowsCase.Data.HOP_SAMPLE;
    Probe probe = new Probe(fromMillis, hops ? tape.lastMillis() : Long.MAX_VALUE, PARALLELISM);
    Probe.mount(probe);
    Replay.mount(new Replay(lanes(theCase, tape), tape.dayMillis(0)));
    try (LocalFlink flink = LocalFlink.create()) {
      Configuration configuration = flink.configuration();
      configuration.set(StateBackendOptions.STATE_BACKEND, backend.flinkName());
      configuration.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);
      configuration.set(PipelineOptions.OBJECT_REUSE, true);
      configuration.set(PipelineOptions.GENERIC_TYPES, false);
      StreamExecutionEnvironment env = flink.environment(PARALLELISM);
      env.setMaxParallelism(ScoringJob.MAX_PARALLELISM);
      define(theCase, env, workload);
      flink.submit(env, theCase.id()).getJobExecutionResult().get();
    } finally {
      Replay.mount(null);
      Probe.mount(null);
    }
    check(theCase, probe.answers());
    return hops
        ? probe.measurement(tape.size() - tape.firstFrom(fromMillis))
        : probe.measurement();
  }

  /**
   * Which reader hands out which events: all of one key the same. Behind a shuffle any will do;
   * without one it must be the subtask that Flink gives the key to.
   */
  private static Event[][] lanes(WindowsCase theCase, Tape tape) {
    if (theCase != WindowsCase.NO_SHUFFLE) {
      return tape.lanes(PARALLELISM, i -> tape.keys()[i] % PARALLELISM);
    }
    return tape.lanes(
        PARALLELISM,
        i ->
            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                String.valueOf(tape.events().get(i).text(Workload.CUSTOMER_SLOT)),
                ScoringJob.MAX_PARALLELISM,
                PARALLELISM));
  }

  private void check(WindowsCase theCase, Answers found) throws WrongAnswerException {
    Answers right = expected.get(theCase);
    if (!found.agreesWith(right)) {
      throw new WrongAnswerException(theCase.id(), found, right);
    }
  }
}
