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
  private int transientFailures; // one thread calls the engine, after the test has set it
  private volatile float poison = Float.NaN;

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
  public void score(TensorRows rows, int from, int count, BatchScores scores) throws Exception {
    batchSizes.add(count);
    if (hangs) {
      Buffer before = copy(rows.elements(0, from, count));
      hanging.release();
      released.acquireUninterruptibly();
      rowsChanged |= !rows.elements(0, from, count).equals(before);
    }
    if (transientFailures > 0) {
      transientFailures--;
      throw new TransientException();
    }
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof Exception exception) {
      throw exception;
    }
    FloatBuffer features = (FloatBuffer) rows.elements(0, from, count);
    int columns = features.remaining() / count;
    for (int row = 0; row < count; row++) {
      float feature = features.get(from * columns + row * columns);
      if (feature == poison) {
        throw new IllegalStateException("cannot score " + feature);
      }
      scores.set(from + row, feature);
    }
  }

  private static Buffer copy(Buffer features) {
    return FloatBuffer.allocate(features.remaining()).put((FloatBuffer) features).flip();
  }

  /** Every call with a row whose first feature is this one fails. */
  void failOn(float feature) {
    poison = feature;
  }

  /** So many calls fail for a reason that passes. */
  void failForAMoment(int calls) {
    transientFailures = calls;
  }

  @Override
  public boolean isTransient(Throwable failure) {
    return failure instanceof TransientException;
  }

  @Override
  public String provider() {
    return "fake";
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private static final class TransientException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
