package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Batches as they are commonly written: records go into a queue, a thread takes up to 256 of them
 * or what has come within two milliseconds, and completes each record's future.
 */
final class QueueScoring extends RichAsyncFunction<FeatureVector, Score> {
  private static final long serialVersionUID = 1L;

  /** Three batches. */
  static final int CAPACITY = 768;

  static final long TIMEOUT_MILLIS = 10_000;

  private static final int MAX_ROWS = 256;
  private static final long MAX_DELAY_NANOS = 2_000_000;

  private final BenchModel model;
  private transient RowSession session;
  private transient BlockingQueue<Request> queue;
  private transient Thread thread;

  QueueScoring(BenchModel model) {
    this.model = model;
  }

  private record Request(FeatureVector vector, ResultFuture<Score> future) {}

  @Override
  public void open(OpenContext context) throws Exception {
    session = new RowSession(model);
    queue = new ArrayBlockingQueue<>(CAPACITY);
    thread = new Thread(this::drain, "queue");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void asyncInvoke(FeatureVector vector, ResultFuture<Score> future)
      throws InterruptedException {
    queue.put(new Request(vector, future));
  }

  private void drain() {
    List<Request> batch = new ArrayList<>();
    try {
      while (true) {
        batch.clear();
        batch.add(queue.take());
        long endNanos = System.nanoTime() + MAX_DELAY_NANOS;
        while (batch.size() < MAX_ROWS) {
          queue.drainTo(batch, MAX_ROWS - batch.size());
          long leftNanos = endNanos - System.nanoTime();
          if (batch.size() == MAX_ROWS || leftNanos <= 0) {
            break;
          }
          Request next = queue.poll(leftNanos, TimeUnit.NANOSECONDS);
          if (next != null) {
            batch.add(next);
          }
        }
        score(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void score(List<Request> batch) {
    try {
      float[] scores = session.score(batch.stream().map(Request::vector).toList());
      for (int i = 0; i < scores.length; i++) {
        Request request = batch.get(i);
        request.future.complete(
            List.of(new Score(request.vector, scores[i], "1.0.0", Outcome.SCORED)));
      }
    } catch (Exception e) {
      batch.forEach(request -> request.future.completeExceptionally(e));
    }
  }

  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.interrupt();
      thread.join();
      session.close();
    }
  }
}
