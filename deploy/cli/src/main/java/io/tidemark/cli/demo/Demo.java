package io.tidemark.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Metadata;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.runtime.ProviderChoice;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Simulated payments through the scoring job: a broker, a Flink and both ends of the topics in this
 * JVM.
 *
 * <p>The simulated world is a small one, about a thousand payments a day, so that the windows of
 * weeks fill within a minute. As days pass within a second, two partitions or subtasks would be
 * hours apart: one of each keeps payments in their order.
 */
public final class Demo {
  private static final int PARALLELISM = 1;
  private static final int PARTITIONS = 1;
  private static final int CUSTOMERS = 500;
  private static final int TERMINALS = 1_000;

  /** The metric a Kafka source has for every partition it reads. */
  private static final String READING = "KafkaSourceReader_topic_partition_currentOffset{";

  private static final long POLL_MILLIS = 20;

  /** Long enough ago for {@link DemoSettings#MOST_EVENTS}. */
  private static final LocalDate FIRST_DAY = LocalDate.of(2010, 1, 1);

  private final ScoringPlan plan;
  private final ServedModel served;
  private final DemoSettings settings;
  private final PrintWriter err;

  /**
   * @param plan of a model that scores payments
   * @param err where the demo says what it is doing
   */
  public Demo(ScoringPlan plan, ServedModel served, DemoSettings settings, PrintWriter err) {
    this.plan = plan;
    this.served = served;
    this.settings = settings;
    this.err = err;
  }

  /**
   * Returns when every payment has its score, or when the thread is interrupted; the summary then
   * is that of what there was.
   *
   * @throws IOException if the job fails, or rejects a payment
   */
  public DemoSummary run() throws Exception {
    Metadata model = plan.model().metadata();
    EventContract payments = plan.schema().contract();
    String paymentsTopic = payments.topic().topic();
    String scoresTopic = model.name() + "_scores";
    String rejectedTopic = payments.deadLetter().topic();
    String lateTopic = payments.late().topic();

    say("starting a Kafka broker…");
    try (EmbeddedKafka kafka = EmbeddedKafka.start();
        LocalFlink flink = LocalFlink.create()) {
      for (String topic : List.of(paymentsTopic, scoresTopic, rejectedTopic, lateTopic)) {
        kafka.createTopic(topic, PARTITIONS);
      }

      say("starting Flink and the job…");
      KafkaTopics topics =
          new KafkaTopics(kafka.bootstrapServers(), "tidemark-demo", scoresTopic, false);
      URI metrics = flink.exportMetrics();
      StreamExecutionEnvironment env = flink.environment(PARALLELISM);
      ScoringJob.define(
          env,
          plan,
          served,
          ScoringSettings.live(
              EventOrder.ARRIVAL, ScoringSettings.ALL_HISTORY, ProviderChoice.AUTO),
          topics.source(plan),
          topics.sinks(plan));
      JobClient job = flink.submit(env, "tidemark demo: " + model.name());
      awaitReading(job, metrics);
      say("  Flink UI  %s", flink.webInterface());
      say("  metrics   %s", metrics);
      say("  Kafka     %s", kafka.bootstrapServers());
      say("  topics    %s → %s", paymentsTopic, scoresTopic);

      say(
          settings.eventsPerSecond() == 0
              ? "sending %,d payments as fast as they are scored; Ctrl-C ends it"
              : "sending %,d payments, %,d per second; Ctrl-C ends it",
          settings.events(),
          settings.eventsPerSecond());
      Tally tally =
          new Traffic(settings, simulator(), err)
              .run(
                  kafka.bootstrapServers(),
                  paymentsTopic,
                  scoresTopic,
                  rejectedTopic,
                  job.getJobExecutionResult());
      return DemoSummary.of(tally, PARALLELISM, model);
    }
  }

  /**
   * Returns when the job's source has got its partition, or the job has ended. A job is called
   * running a second before that.
   */
  private static void awaitReading(JobClient job, URI metrics)
      throws IOException, InterruptedException {
    while (!job.getJobExecutionResult().isDone()) {
      try (InputStream text = metrics.toURL().openStream()) {
        if (new String(text.readAllBytes(), UTF_8).contains(READING)) {
          return;
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private PaymentSimulator simulator() {
    return new PaymentSimulator(
        new SimulatorConfig(CUSTOMERS, TERMINALS, FIRST_DAY, settings.seed()));
  }

  private void say(String line, Object... values) {
    err.printf(Locale.ROOT, line + "%n", values);
    err.flush();
  }
}
