package io.tidemark.cli.demo;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.cli.output.LiveLine;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Metadata;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.runtime.ProviderChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Simulated payments through the scoring job: a broker, a Flink and both ends of the topics in this
 * JVM.
 *
 * <p>The simulated world is a small one, about a thousand payments a day, so that the windows of
 * weeks fill within a minute. Days pass within a second here; two partitions or subtasks would be
 * hours apart. One of each keeps payments in their order.
 */
public final class Demo {
  private static final int PARALLELISM = 1;
  private static final int PARTITIONS = 1;
  private static final int CUSTOMERS = 500;
  private static final int TERMINALS = 1_000;

  private static final long CLOSE_SECONDS = 10;

  /** Long enough ago for {@link DemoSettings#MOST_EVENTS}. */
  private static final LocalDate FIRST_DAY = LocalDate.of(2010, 1, 1);

  private final ScoringPlan plan;
  private final byte[] modelFile;
  private final DemoSettings settings;
  private final PrintWriter err;

  /**
   * @param plan of a model that scores payments
   * @param err where the demo says what it is doing
   */
  public Demo(ScoringPlan plan, byte[] modelFile, DemoSettings settings, PrintWriter err) {
    this.plan = plan;
    this.modelFile = modelFile.clone();
    this.settings = settings;
    this.err = err;
  }

  /**
   * Returns when every payment has its score, or when the thread is interrupted; then the summary
   * is that of what there was.
   *
   * @throws IOException if the job fails, or rejects a payment
   */
  public DemoSummary run() throws Exception {
    say("starting a Kafka broker…");
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        LocalFlink flink = LocalFlink.create()) {
      EventContract payments = plan.schema().contract();
      KafkaTopics topics =
          new KafkaTopics(
              kafka.bootstrapServers(), "tidemark-demo", model().name() + "_scores", false);
      kafka.createTopic(payments.topic().topic(), PARTITIONS);
      kafka.createTopic(topics.scoresTopic(), PARTITIONS);
      kafka.createTopic(payments.deadLetter().topic(), PARTITIONS);
      kafka.createTopic(payments.late().topic(), PARTITIONS);

      say("starting Flink and the job…");
      URI metrics = flink.exportMetrics();
      StreamExecutionEnvironment env = flink.environment(PARALLELISM);
      ScoringJob.define(
          env,
          plan,
          modelFile,
          ScoringSettings.live(EventOrder.ARRIVAL, ProviderChoice.AUTO),
          topics.source(plan),
          topics.sinks(plan));
      JobClient job = flink.submit(env, "tidemark demo: " + model().name());
      flink.awaitRunning();
      say("  Flink UI   " + flink.webInterface());
      say("  metrics    " + metrics);
      say("  Kafka      " + kafka.bootstrapServers());
      say("  topics     %s → %s", payments.topic().topic(), topics.scoresTopic());
      say(
          "sending %,d payments %s; Ctrl-C ends it",
          settings.events(),
          settings.eventsPerSecond() == 0
              ? "as fast as they are scored"
              : String.format(Locale.ROOT, "at %,d/s", settings.eventsPerSecond()));
      return measure(job, topics, payments);
    }
  }

  private DemoSummary measure(JobClient job, KafkaTopics topics, EventContract payments)
      throws IOException {
    Tally tally = new Tally(settings.threshold());
    Histogram latencies = new Histogram(Tally.SIGNIFICANT_DIGITS);
    CompletableFuture<Object> end = new CompletableFuture<>();
    var unused =
        job.getJobExecutionResult()
            .whenComplete(
                (result, failure) ->
                    end.completeExceptionally(
                        failure == null ? new IOException("the job ended") : failure));
    PaymentSimulator simulator =
        new PaymentSimulator(new SimulatorConfig(CUSTOMERS, TERMINALS, FIRST_DAY, settings.seed()));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      startIn(
          threads,
          new ScoreReceiver(
              topics.bootstrapServers(),
              topics.scoresTopic(),
              payments.deadLetter().topic(),
              settings.events(),
              tally,
              end),
          end);
      startIn(
          threads,
          new PaymentSender(
              topics.bootstrapServers(), payments.topic().topic(), settings, simulator, tally, end),
          end);
      watch(end, tally, latencies);
    } finally {
      end.cancel(false);
      threads.shutdown();
      await(threads);
    }
    latencies.add(tally.takeLatencies());
    return new DemoSummary(
        tally.sent(),
        tally.scores(),
        tally.nanos() / 1e9,
        millis(latencies, 50),
        millis(latencies, 99),
        tally.flagged(),
        tally.degraded(),
        tally.frauds(),
        tally.caught(),
        PARALLELISM,
        model().name(),
        model().version().toString());
  }

  private static void startIn(
      ExecutorService threads, Runnable part, CompletableFuture<Object> end) {
    threads.execute(
        () -> {
          try {
            part.run();
          } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
          }
        });
  }

  /** Returns at the end, also when the thread is interrupted. */
  private void watch(CompletableFuture<?> end, Tally tally, Histogram latencies)
      throws IOException {
    try (LiveLine line = new LiveLine(err)) {
      boolean ended = false;
      long shownScores = 0;
      long shownNanos = System.nanoTime();
      while (!ended) {
        ended = hasEnded(end, line.interval());
        Histogram recent = tally.takeLatencies();
        latencies.add(recent);
        long scores = tally.scores();
        long nanos = System.nanoTime();
        double perSecond = (scores - shownScores) * 1e9 / (nanos - shownNanos);
        line.show(status(tally, scores, perSecond, recent));
        shownScores = scores;
        shownNanos = nanos;
      }
    } catch (ExecutionException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new IOException("the demo failed: " + cause.getMessage(), e);
    } catch (InterruptedException e) {
      say("ending…");
    }
  }

  private static boolean hasEnded(CompletableFuture<?> end, Duration wait)
      throws InterruptedException, ExecutionException {
    try {
      end.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static String status(Tally tally, long scores, double perSecond, Histogram recent) {
    return String.format(
        Locale.ROOT,
        "%,d sent, %,d scored, %,.0f/s, p50 %s, p99 %s, %,d flagged",
        tally.sent(),
        scores,
        perSecond,
        text(recent, 50),
        text(recent, 99),
        tally.flagged());
  }

  private static String text(Histogram latencies, double percentile) {
    if (latencies.getTotalCount() == 0) {
      return "-";
    }
    double millis = millis(latencies, percentile);
    return millis < 10
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%,.0f ms", millis);
  }

  private static double millis(Histogram latencies, double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e6;
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

  private Metadata model() {
    return plan.model().metadata();
  }

  private void say(String line, Object... values) {
    err.printf(Locale.ROOT, line + "%n", values);
    err.flush();
  }
}
