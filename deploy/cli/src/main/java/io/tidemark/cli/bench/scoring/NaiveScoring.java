package io.tidemark.cli.bench.scoring;

import ai.onnxruntime.OrtException;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Asynchronous I/O as Flink's documentation shows it, with a model for the client: {@code
 * AsyncDatabaseRequest}, line by line. A client that blocks is asked in a pool of threads, as the
 * documentation says; what it answers is waited for in Java's common pool, and completes the
 * record's future there.
 *
 * @see <a
 *     href="https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/operators/asyncio/">Async
 *     I/O</a>
 */
final class NaiveScoring extends RichAsyncFunction<FeatureVector, Score> {
  private static final long serialVersionUID = 1L;

  /** As in the documentation. */
  static final int CAPACITY = 100;

  static final long TIMEOUT_MILLIS = 1_000;

  private static final int THREADS = 2;

  private final BenchModel model;
  private transient RowSession session;
  private transient ExecutorService threads;

  NaiveScoring(BenchModel model) {
    this.model = model;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    session = new RowSession(model);
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @Override
  public void asyncInvoke(FeatureVector vector, ResultFuture<Score> future) {
    Future<Score> result = threads.submit(() -> score(vector));
    var unused =
        CompletableFuture.supplyAsync(() -> await(result))
            .thenAccept(score -> future.complete(List.of(score)))
            .exceptionally(
                failure -> {
                  future.completeExceptionally(failure);
                  return null;
                });
  }

  private static Score await(Future<Score> result) {
    try {
      return result.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Score score(FeatureVector vector) throws OrtException {
    return new Score(vector, session.score(List.of(vector))[0], "1.0.0", Outcome.SCORED);
  }

  @Override
  public void close() throws Exception {
    if (threads == null) {
      return;
    }
    threads.shutdown();
    if (threads.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
      session.close(); // which nothing may use any more
    }
  }
}
