package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.fail;

import io.tidemark.jobs.event.Score;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.jspecify.annotations.Nullable;

/**
 * What Flink's async operator does with answers, in a test's own thread: the first completion of a
 * future wins, and a supplier runs when the test gets to it.
 */
final class Mailbox {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final BlockingQueue<Runnable> mails = new LinkedBlockingQueue<>();

  /** Works off mails until {@code condition} holds. */
  void runUntil(BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      Runnable mail = mails.poll(10, TimeUnit.MILLISECONDS);
      if (mail != null) {
        mail.run();
      } else if (System.nanoTime() > deadlineNanos) {
        fail("not within %s", PATIENCE);
      }
    }
  }

  /** The answer a record is waiting for. */
  final class Pending implements ResultFuture<Score> {
    private final AtomicBoolean completed = new AtomicBoolean();
    @Nullable Score score;

    boolean isAnswered() {
      return score != null;
    }

    @Override
    public void complete(Collection<Score> result) {
      if (completed.compareAndSet(false, true)) {
        score = result.iterator().next();
      }
    }

    @Override
    public void complete(CollectionSupplier<Score> supplier) {
      if (completed.compareAndSet(false, true)) {
        mails.add(
            () -> {
              try {
                score = supplier.get().iterator().next();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
      }
    }

    @Override
    public void completeExceptionally(Throwable error) {
      throw new AssertionError("a model never fails a job", error);
    }
  }
}
