package io.tidemark.cli.demo;

import io.tidemark.cli.output.LiveLine;
import io.tidemark.cli.simulator.PaymentSimulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** Sends payments, receives their scores, and tells how it goes while it does. */
final class Traffic {
  private static final long CLOSE_SECONDS = 10;

  private final DemoSettings settings;
  private final PaymentSimulator simulator;
  private final PrintWriter err;
  private final Tally tally;

  /** When every payment has its score, or something has failed. */
  private final CompletableFuture<Object> end = new CompletableFuture<>();

  Traffic(DemoSettings settings, PaymentSimulator simulator, PrintWriter err) {
    this.settings = settings;
    this.simulator = simulator;
    this.err = err;
    this.tally = new Tally(settings.threshold());
  }

  /**
   * Returns what was counted when every payment has its score, or when the thread is interrupted.
   *
   * @param job ends or fails only too early
   * @throws IOException if the job or a client fails
   */
  Tally run(
      String bootstrapServers,
      String paymentsTopic,
      String scoresTopic,
      String rejectedTopic,
      CompletableFuture<?> job)
      throws IOException {
    var unused =
        job.whenComplete(
            (result, failure) ->
                end.completeExceptionally(
                    failure == null ? new IllegalStateException("the job ended") : failure));
    try (ScoreReceiver receiver =
            ScoreReceiver.open(
                bootstrapServers, scoresTopic, rejectedTopic, settings.events(), tally, end);
        PaymentSender sender =
            PaymentSender.open(bootstrapServers, paymentsTopic, settings, simulator, tally, end)) {
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        start(threads, receiver);
        start(threads, sender);
        watch();
      } finally {
        end.cancel(false);
        threads.shutdown();
        await(threads);
      }
    }
    tally.takeLatencies();
    return tally;
  }

  private void start(ExecutorService threads, Runnable client) {
    threads.execute(
        () -> {
          try {
            client.run();
          } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
          }
        });
  }

  private void watch() throws IOException {
    try (LiveLine line = new LiveLine(err)) {
      boolean ended = false;
      long shownScores = 0;
      long shownNanos = System.nanoTime();
      while (!ended) {
        ended = hasEnded(line.interval());
        long scores = tally.scores();
        long nanos = System.nanoTime();
        double perSecond = (scores - shownScores) * 1e9 / (nanos - shownNanos);
        line.show(status(scores, perSecond, tally.takeLatencies()));
        shownScores = scores;
        shownNanos = nanos;
      }
    } catch (ExecutionException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IOException(cause.getMessage(), e);
    } catch (InterruptedException e) {
      err.println("ending…");
      err.flush();
    }
  }

  private boolean hasEnded(Duration wait) throws InterruptedException, ExecutionException {
    try {
      end.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private String status(long scores, double perSecond, Histogram latencies) {
    return String.format(
        Locale.ROOT,
        "%,d sent, %,d scored, %,.0f/s, p50 %s, p99 %s, %,d flagged",
        tally.sent(),
        scores,
        perSecond,
        millis(latencies, 50),
        millis(latencies, 99),
        tally.flagged());
  }

  private static String millis(Histogram latencies, double percentile) {
    if (latencies.getTotalCount() == 0) {
      return "-";
    }
    double millis = latencies.getValueAtPercentile(percentile) / 1e6;
    return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%,.0f ms", millis);
  }

  private static void await(ExecutorService threads) throws IOException {
    try {
      if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the demo's clients did not end within " + CLOSE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
