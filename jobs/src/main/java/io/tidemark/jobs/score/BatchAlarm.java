package io.tidemark.jobs.score;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the task when the oldest record of a batch has waited long enough.
 *
 * <p>How it works: the task notes a time, and a thread of its own sleeps until then and looks
 * again. Where batches fill by themselves it finds a later time each time it wakes, and nobody is
 * called. A timer of Flink's would call the task then, which would have to set another, and counts
 * in milliseconds.
 *
 * <p>Thread-safe: {@link #set}, {@link #clear} and {@link #close} are for the task thread.
 */
final class BatchAlarm implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchAlarm.class);

  private static final long NEVER = Long.MAX_VALUE;

  private final MailboxExecutor task;
  private final ThrowingRunnable<? extends Exception> call;
  private final Thread thread;
  private final AtomicLong dueNanos = new AtomicLong(NEVER);
  private volatile long asleepUntilNanos = NEVER;
  private volatile boolean closed;

  private BatchAlarm(
      MailboxExecutor task, ThrowingRunnable<? extends Exception> call, String threadName) {
    this.task = task;
    this.call = call;
    this.thread = new Thread(this::watch, threadName);
    thread.setDaemon(true);
  }

  /**
   * Without a time.
   *
   * @param call what the task is to do; it may come although the time was changed meanwhile
   */
  static BatchAlarm start(
      MailboxExecutor task, ThrowingRunnable<? extends Exception> call, String threadName) {
    BatchAlarm alarm = new BatchAlarm(task, call, threadName);
    alarm.thread.start();
    return alarm;
  }

  /**
   * Has the task called once, then, and no more at the time set before.
   *
   * @param atNanos as of {@link System#nanoTime}
   */
  void set(long atNanos) {
    dueNanos.set(atNanos);
    long untilNanos = asleepUntilNanos; // read behind that, as the thread reads it behind this
    if (untilNanos == NEVER || atNanos - untilNanos < 0) {
      LockSupport.unpark(thread);
    }
  }

  /** Nothing waits any more. */
  void clear() {
    dueNanos.set(NEVER);
  }

  private void watch() {
    while (!closed) {
      long found = dueNanos.get();
      long leftNanos = found == NEVER ? NEVER : found - System.nanoTime();
      if (leftNanos > 0) {
        asleepUntilNanos = found;
        if (dueNanos.get() == found && !closed) {
          LockSupport.parkNanos(this, leftNanos);
        }
      } else if (dueNanos.compareAndSet(found, NEVER)) {
        callTask();
      }
    }
  }

  private void callTask() {
    try {
      task.execute(call, "records have waited long enough");
    } catch (RejectedExecutionException e) {
      // The task ends: what has gathered is scored with the end of its input, or again.
      LOG.debug("Records waited long enough at the end of their task", e);
    }
  }

  /** Ends the thread; the task may still find a call that was sent before. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
