package io.tidemark.cli.bench.scoring;

import java.util.Locale;

/** A way to score. */
enum ScoringCase {
  /** ONNX Runtime alone in a loop, on tensors that are already there, in its best batch. */
  RAW(Fork.RAW, true),
  /** As Flink's documentation shows asynchronous I/O: one call per record, in a pool of threads. */
  NAIVE(Fork.PEERS, true),
  /** A queue and a thread that empties it in batches, with Flink's time-out per record. */
  QUEUE(Fork.PEERS, true),
  /** Ours, the model beside the task. */
  ASYNC(Fork.ASYNC, true),
  /** Ours, the model in the task. */
  SYNC(Fork.SYNC, true),
  /** The job of {@link #ASYNC} with an engine that does nothing. */
  ASYNC_NO_OP(Fork.ASYNC, false),
  /** The job of {@link #SYNC} with an engine that does nothing. */
  SYNC_NO_OP(Fork.SYNC, false);

  /** Cases that share a process, so that each finds Flink's calls as compiled for its kind. */
  enum Fork {
    RAW,
    PEERS,
    ASYNC,
    SYNC
  }

  private final Fork fork;
  private final boolean infers;

  ScoringCase(Fork fork, boolean infers) {
    this.fork = fork;
    this.infers = infers;
  }

  Fork fork() {
    return fork;
  }

  /** Whether it runs a model; the others cost the same with each. */
  boolean infers() {
    return infers;
  }

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
