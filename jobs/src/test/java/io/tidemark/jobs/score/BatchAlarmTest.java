package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.util.function.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever takes a call waits for it as long as the test may take. */
@Timeout(60)
class BatchAlarmTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Calls calls = new Calls();
  private final BatchAlarm alarm = BatchAlarm.start(calls, () -> {}, "alarm under test");

  @AfterEach
  void close() {
    alarm.close();
  }

  @Test
  void callsNotBeforeTheTime() throws Exception {
    long due = System.nanoTime() + 5 * MILLI;
    alarm.set(due);

    assertThat(calls.take() - due).isNotNegative();
  }

  /** From all states that its thread may be in: awake still, asleep until then, or for good. */
  @Test
  void callsOnceForEachTime() throws Exception {
    for (int i = 0; i < 500; i++) {
      alarm.set(System.nanoTime() + i % 5 * MILLI / 10);
      calls.take();
    }
    alarm.close();

    assertThat(calls.nanos).isEmpty();
  }

  @Test
  void earlierTimeWakesTheThread() throws Exception {
    alarm.set(System.nanoTime() + HOUR);
    awaitAsleep();
    alarm.set(System.nanoTime());

    calls.take();
  }

  @Test
  void laterTimeTakesThePlaceOfTheOneBefore() throws Exception {
    for (int i = 0; i < 100; i++) {
      alarm.set(System.nanoTime() + HOUR);
      alarm.set(System.nanoTime() + 2 * HOUR);
    }
    long due = System.nanoTime() + MILLI;
    alarm.set(due);

    assertThat(calls.take() - due).isNotNegative();
    alarm.close();
    assertThat(calls.nanos).isEmpty();
  }

  @Test
  void whatWasClearedIsNotCalledFor() throws Exception {
    alarm.set(System.nanoTime() + HOUR);
    alarm.clear();
    long due = System.nanoTime();
    alarm.set(due);
    calls.take();
    alarm.close();

    assertThat(calls.nanos).isEmpty();
  }

  @Test
  void taskThatEndsDoesNotEndTheThread() throws Exception {
    calls.closed = true;
    alarm.set(System.nanoTime());
    calls.refused.take();
    calls.closed = false;
    alarm.set(System.nanoTime());

    calls.take();
  }

  private static void awaitAsleep() {
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(other -> other.getName().equals("alarm under test"))
            .findAny()
            .orElseThrow();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  /** When each call came. */
  private static final class Calls implements MailboxExecutor {
    final BlockingQueue<Long> nanos = new LinkedBlockingQueue<>();
    final BlockingQueue<Boolean> refused = new LinkedBlockingQueue<>();
    volatile boolean closed;

    long take() throws InterruptedException {
      return nanos.take();
    }

    @Override
    public void execute(
        MailOptions options,
        ThrowingRunnable<? extends Exception> command,
        String descriptionFormat,
        Object... descriptionArgs) {
      if (closed) {
        refused.add(true);
        throw new RejectedExecutionException("closed");
      }
      nanos.add(System.nanoTime());
    }

    @Override
    public void yield() {
      throw new UnsupportedOperationException("No alarm waits in its task");
    }

    @Override
    public boolean tryYield() {
      throw new UnsupportedOperationException("No alarm waits in its task");
    }

    @Override
    public boolean shouldInterrupt() {
      return false;
    }
  }
}
