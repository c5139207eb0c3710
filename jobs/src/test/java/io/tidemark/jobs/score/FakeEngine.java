package io.tidemark.jobs.score;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose score is the row's first feature, and which can be told to hang or to fail.
 *
 * <p>Thread-safe.
 */
final class FakeEngine implements ScoringEngine {
  final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
  final CountDownLatch closed = new CountDownLatch(1);
  final Semaphore hanging = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private volatile boolean hangs;
  private volatile boolean rowsChanged;
  private volatile @Nullable Throwable failure;

  /** The next calls count themselves in {@link #hanging} and wait for {@link #release}. */
  void hang() {
    hangs = true;
  }

  void release() {
    hangs = false;
    released.release();
  }

  /** Whether rows were written to while a call that hung still had them. */
  boolean rowsChanged() {
    return rowsChanged;
  }

  void failWith(@Nullable Throwable failure) {
    this.failure = failure;
  }

  @Override
  public void score(TensorRows rows, int count, double[] scores) throws Exception {
    batchSizes.add(count);
    if (hangs) {
      Buffer before = copy(rows.elements(0, count));
      hanging.release();
      released.acquireUninterruptibly();
      rowsChanged |= !rows.elements(0, count).equals(before);
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof Exception exception) {
      throw exception;
    }
    FloatBuffer features = (FloatBuffer) rows.elements(0, count);
    int columns = features.remaining() / count;
    for (int row = 0; row < count; row++) {
      scores[row] = features.get(row * columns);
    }
  }

  private static Buffer copy(Buffer features) {
    return FloatBuffer.allocate(features.remaining()).put((FloatBuffer) features).flip();
  }

  @Override
  public String provider() {
    return "fake";
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
