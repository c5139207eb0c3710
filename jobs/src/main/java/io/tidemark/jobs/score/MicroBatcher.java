package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.score.MicroBatch.Admission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers rows into batches, has the engine score them, and answers each row exactly once.
 *
 * <p>How it works: a few threads, one lock that each takes a few times per batch and never per row.
 *
 * <ul>
 *   <li>The <b>task thread</b> writes rows into the open batch and hands it over when it is full.
 *       It never waits: what is under way is bounded by the capacity of the async operator, and
 *       where no batch is free one is allocated.
 *   <li>A <b>drain thread</b>, one on the CPU and several where a device runs several batches at
 *       once, runs full batches in order and, whenever there are none, the open one as soon as its
 *       oldest row has waited as long as {@link BatchPacing} says. It owns its engine: it alone
 *       calls it and it closes it at the end, so that a model is never closed under a running
 *       inference, not even where that hangs.
 *   <li>The <b>deadline thread</b> answers with the fallback what is older than the contract's
 *       {@code timeout}, wherever the batch is. A native call cannot be stopped; its late result is
 *       dropped and its buffers are not used before it is back. While every drain thread is in such
 *       a call, new rows are answered with the fallback at once: the model keeps its own records
 *       waiting no longer than it must, and those of other models not at all.
 * </ul>
 *
 * <p>An answer costs one mail from another thread per batch: the first record's future gets a
 * supplier, which Flink runs in the task thread, where it completes the others.
 *
 * <p>Thread-safe: {@link #add} and {@link #close} are for the task thread, everything it shares
 * with the others is guarded by the lock or by the batch's own state.
 */
final class MicroBatcher implements AutoCloseable {
  /** How long to wait for a batch in the engine when closing; it is left to itself after that. */
  static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);

  private final ModelContract contract;
  private final InputLayout layout;
  private final Answers answers;
  private final ScoringMetrics metrics;
  private final LongSupplier nanoClock;
  private final long timeoutNanos;
  private final boolean deadlineEnabled;
  private final List<Drain> drains = new ArrayList<>();
  private final @Nullable Thread deadlineThread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition workOrClose = lock.newCondition();
  private final Condition closing = lock.newCondition();
  // Guarded by the lock.
  private final ArrayDeque<MicroBatch> free = new ArrayDeque<>();
  private final ArrayDeque<MicroBatch> full = new ArrayDeque<>();
  private final ArrayDeque<MicroBatch> unanswered = new ArrayDeque<>();
  private @Nullable MicroBatch open; // the one that rows still go to and nobody has taken
  private int inUse; // batches that are not free
  private int stuckDrains;
  private boolean closed;

  private volatile BatchPacing pacing; // the contract's own until the model is loaded
  private volatile boolean stuck; // whether all drain threads are
  private @Nullable MicroBatch filling; // task thread only; sealed by another where it left early

  /**
   * Starts the threads. Once it has returned, the engines are this batcher's to close.
   *
   * @param answers what answers rows that no engine has scored
   * @param sources one per drain thread, all of the same model; asked by that thread, so that a
   *     model is loaded while its first rows already gather
   * @param deadlineEnabled false where a late score is better than a fallback, as in bounded runs
   */
  MicroBatcher(
      ModelContract contract,
      InputLayout layout,
      Answers answers,
      List<? extends Supplier<BatchScoring>> sources,
      LongSupplier nanoClock,
      boolean deadlineEnabled,
      String threadName) {
    this.contract = contract;
    this.layout = layout;
    this.pacing = BatchPacing.fixed(contract.batch());
    this.answers = answers;
    this.metrics = answers.metrics();
    this.nanoClock = nanoClock;
    this.timeoutNanos = contract.timeout().toNanos();
    this.deadlineEnabled = deadlineEnabled;
    for (Supplier<BatchScoring> source : sources) {
      String name = threadName + " drain" + (sources.size() > 1 ? " " + drains.size() : "");
      drains.add(new Drain(source, name));
    }
    this.deadlineThread =
        deadlineEnabled ? daemon(this::answerOverdue, threadName + " deadline") : null;
    metrics.watchInFlight(this::inFlight);
    start();
  }

  private void start() {
    boolean started = false;
    try {
      if (deadlineThread != null) {
        deadlineThread.start();
      }
      drains.forEach(drain -> drain.thread.start());
      started = true;
    } finally {
      if (!started) {
        stop();
      }
    }
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  // ---- task thread ----

  /** Takes a row; its future gets exactly one score, sooner or later. */
  void add(FeatureVector vector, ResultFuture<Score> future) {
    if (stuck) {
      answerAtOnce(future, answers.overdue(vector));
      return;
    }
    MicroBatch batch = filling;
    Admission admission = batch == null ? Admission.SEALED : batch.add(vector, future);
    if (admission == Admission.SEALED) {
      batch = freeBatch();
      admission = batch.add(vector, future);
      begin(batch, admission);
    } else if (admission == Admission.FILLED) {
      handOver(Objects.requireNonNull(batch));
    }
    if (admission == Admission.UNFIT) {
      answerAtOnce(future, answers.unfit(vector));
    }
  }

  private void answerAtOnce(ResultFuture<Score> future, Score score) {
    metrics.answered(score.vector().trigger().ingestedAtMillis(), metrics.nowMillis());
    ScoreFuture.answer(future, score);
  }

  private MicroBatch freeBatch() {
    MicroBatch batch;
    lock.lock();
    try {
      batch = free.poll();
      inUse++;
    } finally {
      lock.unlock();
    }
    if (batch == null) {
      batch = new MicroBatch(layout, contract.batch().maxRows());
    }
    batch.open(nanoClock.getAsLong(), pacing.rows());
    return batch;
  }

  /** Shows a batch with its first row to the other threads. */
  private void begin(MicroBatch batch, Admission first) {
    filling = first == Admission.ADDED ? batch : null;
    lock.lock();
    try {
      switch (first) {
        case ADDED -> open = batch;
        case FILLED -> full.add(batch);
        case UNFIT -> giveBack(batch);
        case SEALED -> throw new IllegalStateException("Nobody else knows this batch yet");
      }
      if (first != Admission.UNFIT) {
        unanswered.add(batch);
        workOrClose.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void handOver(MicroBatch batch) {
    filling = null;
    lock.lock();
    try {
      open = null;
      full.add(batch);
      workOrClose.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Runs in the task thread's mailbox: answers every row of the batch. */
  private Collection<Score> answer(MicroBatch batch, Answer answer) {
    int count = batch.count();
    long nowMillis = metrics.nowMillis();
    Answers inferred = answer.overdue ? null : Objects.requireNonNull(batch.answers);
    metrics.leftQueue(answer.queueWaitNanos);
    if (inferred != null) {
      inferred.metrics().inferred(batch.scores(), count, answer.inferenceNanos);
    }
    Score first = null;
    for (int row = 0; row < count; row++) {
      FeatureVector vector = batch.vector(row);
      Score score =
          inferred == null
              ? answers.overdue(vector)
              : inferred.inferred(vector, batch.scores(), row);
      metrics.answered(vector.trigger().ingestedAtMillis(), nowMillis);
      if (first == null) {
        first = score;
      } else {
        ScoreFuture.answer(batch.future(row), score);
      }
    }
    letGo(batch);
    return List.of(Objects.requireNonNull(first, "no batch without a row"));
  }

  /** Whether every row has been answered and no engine is at work. */
  boolean isIdle() {
    lock.lock();
    try {
      return inUse == 0;
    } finally {
      lock.unlock();
    }
  }

  /** Whether all threads have ended, and with them the engines. */
  boolean isOver() {
    return drains.stream().noneMatch(drain -> drain.thread.isAlive());
  }

  /**
   * Scores what was taken, and waits for that, within limits. Rows in an engine that hangs stay
   * unanswered: their task is gone, and a restart gives them to another.
   */
  @Override
  public void close() {
    stop();
    try {
      if (deadlineThread != null) {
        deadlineThread.join();
      }
      long endNanos = System.nanoTime() + CLOSE_PATIENCE.toNanos();
      boolean back = true;
      for (Drain drain : drains) {
        long leftNanos = Math.max(1, endNanos - System.nanoTime());
        TimeUnit.NANOSECONDS.timedJoin(drain.thread, leftNanos);
        back &= !drain.thread.isAlive();
      }
      if (!back) {
        LOG.warn(
            "Model {} {} has not come back from an inference; it is closed as soon as it does",
            contract.metadata().name(),
            contract.metadata().version());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads once what was taken is scored, and waits for nothing. */
  void stop() {
    lock.lock();
    try {
      closed = true;
      workOrClose.signalAll();
      closing.signal();
    } finally {
      lock.unlock();
    }
  }

  // ---- drain threads ----

  /** The next batch to score, waited for; null when closed and empty. */
  private @Nullable MicroBatch nextBatch(Drain drain) {
    lock.lock();
    try {
      while (true) {
        MicroBatch batch = full.poll();
        if (batch != null) {
          return taken(batch, drain);
        }
        batch = open;
        boolean isOpen = batch != null && !batch.isSealed(); // else its last row has just come
        long waitNanos =
            closed || !isOpen ? 0 : batch.openedNanos + pacing.delayNanos() - nanoClock.getAsLong();
        if (isOpen && waitNanos > 0) {
          workOrClose.awaitNanos(waitNanos);
        } else if (isOpen && takeOpen(batch)) {
          return taken(batch, drain);
        } else if (!isOpen && closed) {
          return null;
        } else if (!isOpen) {
          workOrClose.await();
        }
      }
    } catch (InterruptedException e) {
      return null; // nobody interrupts this thread but the end of the process
    } finally {
      lock.unlock();
    }
  }

  private MicroBatch taken(MicroBatch batch, Drain drain) {
    batch.queueWaitNanos = nanoClock.getAsLong() - batch.openedNanos;
    batch.drain = drain;
    return batch;
  }

  private void score(MicroBatch batch, BatchScoring scoring) {
    long queueWaitNanos = batch.queueWaitNanos;
    int count = batch.count();
    if (!isClaimed(batch)) {
      long deadlineNanos =
          deadlineEnabled ? batch.openedNanos + timeoutNanos : nanoClock.getAsLong() + timeoutNanos;
      scoring.run(batch, deadlineNanos);
    }
    batch.answers = scoring.answers();
    long nowNanos = nanoClock.getAsLong();
    long answeredNanos = nowNanos - batch.openedNanos;
    pacing.observe(count, nowNanos, answeredNanos);
    if (claim(batch)) {
      send(batch, new Answer(false, queueWaitNanos, answeredNanos - queueWaitNanos));
    }
    letGo(batch);
  }

  // ---- deadline thread ----

  private void answerOverdue() {
    try {
      for (Overdue overdue = nextOverdue(); overdue != null; overdue = nextOverdue()) {
        send(overdue.batch, new Answer(true, overdue.queueWaitNanos, 0));
        if (!overdue.inEngine) {
          letGo(overdue.batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does but the end of the process
    }
  }

  /** The next batch past its deadline, claimed and waited for; null when closed. */
  private @Nullable Overdue nextOverdue() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        MicroBatch oldest = unanswered.peek();
        // A batch not yet there is due no sooner than one time-out from now: no need to be told.
        long waitNanos =
            oldest == null
                ? timeoutNanos
                : oldest.openedNanos + timeoutNanos - nanoClock.getAsLong();
        if (oldest == null || waitNanos > 0) {
          closing.awaitNanos(waitNanos);
        } else {
          claim(oldest);
          boolean untouched = full.remove(oldest) || (oldest == open && takeOpen(oldest));
          boolean taken = oldest.queueWaitNanos >= 0;
          if (taken && oldest.drain != null) {
            oldest.drain.becomeStuck();
          }
          return new Overdue(
              oldest, !untouched, taken ? oldest.queueWaitNanos : timeoutNanos - waitNanos);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  // ---- any thread ----

  /** Takes the open batch away from the task thread, whose last row may just have come first. */
  private boolean takeOpen(MicroBatch batch) {
    if (!batch.trySeal()) {
      return false;
    }
    open = null;
    return true;
  }

  private boolean isClaimed(MicroBatch batch) {
    lock.lock();
    try {
      return batch.claimed;
    } finally {
      lock.unlock();
    }
  }

  /** True for the one thread that is to answer. */
  private boolean claim(MicroBatch batch) {
    lock.lock();
    try {
      if (batch.claimed) {
        return false;
      }
      batch.claimed = true;
      unanswered.remove(batch);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void send(MicroBatch batch, Answer answer) {
    try {
      batch.future(0).complete(() -> answer(batch, answer));
    } catch (RejectedExecutionException e) {
      // The task is being cancelled; what it had under way is scored again after its restart.
      LOG.debug("An answer came after the end of its task", e);
    }
  }

  /** Gives the batch back for reuse once both the engine and the answer are through with it. */
  private void letGo(MicroBatch batch) {
    lock.lock();
    try {
      if (--batch.holds == 0) {
        giveBack(batch);
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(MicroBatch batch) {
    free.push(batch);
    inUse--;
  }

  private int inFlight() {
    lock.lock();
    try {
      return unanswered.stream().mapToInt(MicroBatch::count).sum();
    } finally {
      lock.unlock();
    }
  }

  /** A batch at its deadline, which the engine may still be reading. */
  private record Overdue(MicroBatch batch, boolean inEngine, long queueWaitNanos) {}

  /**
   * How a batch is answered.
   *
   * @param overdue with the fallback, as its deadline passed; else with what the engine said
   */
  private record Answer(boolean overdue, long queueWaitNanos, long inferenceNanos) {}

  /** A drain thread and its engine. */
  final class Drain {
    private final Supplier<BatchScoring> source;
    private final Thread thread;
    private boolean isStuck; // guarded by the lock

    private Drain(Supplier<BatchScoring> source, String name) {
      this.source = source;
      this.thread = daemon(this::run, name);
    }

    private void run() {
      try (BatchScoring scoring = source.get()) {
        pacing = scoring.pacing();
        for (MicroBatch batch = nextBatch(this); batch != null; batch = nextBatch(this)) {
          score(batch, scoring);
          comeBack();
        }
      }
    }

    private void becomeStuck() {
      if (!isStuck) {
        isStuck = true;
        stuckDrains++;
        stuck = stuckDrains == drains.size();
      }
    }

    private void comeBack() {
      lock.lock();
      try {
        if (isStuck) {
          isStuck = false;
          stuckDrains--;
          stuck = false;
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
