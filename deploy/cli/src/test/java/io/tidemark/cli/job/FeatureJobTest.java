package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.broker.EmbeddedKafka;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.contract.Contracts;
import io.tidemark.jobs.FeatureJob;
import io.tidemark.jobs.FeaturePlan;
import io.tidemark.jobs.FeatureSettings;
import io.tidemark.jobs.FeatureSinks;
import io.tidemark.jobs.FeatureTopics;
import io.tidemark.jobs.KafkaConnection;
import io.tidemark.jobs.KafkaDelivery;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.FeatureVector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Payments by five customers over five weeks, and what the topic then says of each. */
@Timeout(300)
class FeatureJobTest {
  private static final int COUNT = 2_000;
  private static final int CUSTOMERS = 5;
  private static final long SECONDS_APART = 1_500;
  private static final long DAY_SECONDS = 86_400;
  private static final String SPENDING = "customer_spending_features";
  private static final String RISK = "terminal_risk_features";

  private static final List<Payment> PAYMENTS = payments(0, COUNT);

  /** One of each customer, at the same time. */
  private static final List<Payment> LAST = payments(COUNT, CUSTOMERS);

  /** One of each customer, a little older than the last, and sent after it. */
  private static final List<Payment> OLDER = payments(COUNT + CUSTOMERS, CUSTOMERS);

  private static EmbeddedKafka kafka;
  private static Topics topics;

  @BeforeAll
  static void sendPayments() throws Exception {
    kafka = EmbeddedKafka.start();
    topics = new Topics(kafka.bootstrapServers());
    kafka.createTopic("tx_events", 1);
    kafka.createTopic("tx_events_rejected", 1);
    kafka.createTopic("tx_events_late", 1);
    kafka.createTopic(SPENDING, 2, Map.of("cleanup.policy", "compact"));
    kafka.createTopic(RISK, 2, Map.of("cleanup.policy", "compact"));
    topics.sendAll(
        "tx_events",
        0,
        Stream.of(PAYMENTS, LAST, OLDER).flatMap(List::stream).map(Payment::event).toList());
  }

  @AfterAll
  static void stopBroker() {
    topics.close();
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = EventOrder.class,
      names = {"ARRIVAL", "EVENT_TIME"})
  void topicHoldsEachCustomersFeaturesAsOfTheLastPaymentThoughTheJobFails(EventOrder order)
      throws Exception {
    List<Payment> beforeTheLast = new ArrayList<>(PAYMENTS);
    if (order == EventOrder.EVENT_TIME) {
      beforeTheLast.addAll(OLDER);
    }
    Map<String, String> expected = new LinkedHashMap<>();
    for (Payment payment : LAST) {
      expected.put(
          "{\"customer_id\":\"" + payment.customer() + "\"}", payment.features(beforeTheLast));
    }

    run(order);

    assertThat(latest(SPENDING)).isEqualTo(expected);
    assertThat(latest(RISK)).hasSize(3);
    assertThat(topics.size("tx_events_rejected")).isZero();
    assertThat(topics.size("tx_events_late")).isZero();
  }

  private void run(EventOrder order) throws Exception {
    FeaturePlan plan = FeaturePlan.of(Contracts.bundled(), List.of());
    FeatureTopics ends =
        new FeatureTopics(
            new KafkaConnection(
                kafka.bootstrapServers(), "features-" + order, true, KafkaDelivery.atLeastOnce()));
    FailingOnce.FAILURES.set(0);
    try (LocalFlink flink = LocalFlink.create()) {
      flink
          .configuration()
          .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100))
          .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
          .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10)
          .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
      StreamExecutionEnvironment env = flink.environment(2);
      FeatureSinks sinks = ends.sinks(plan);
      FeatureJob.define(
          env,
          plan,
          new FeatureSettings(order, ScoringSettings.ALL_HISTORY, 1 << 20, false),
          ends.source(plan),
          new FeatureSinks(new FailingOnce(), sinks.latest(), sinks.rejected(), sinks.late()));
      JobClient job = flink.submit(env, "test");
      job.getJobExecutionResult().get(120, TimeUnit.SECONDS);
    }
    assertThat(FailingOnce.FAILURES).as("the fault was injected").hasValue(1);
  }

  @Test
  void mainPublishesTheBundledContractsToTheEndOfTheTopic() throws Exception {
    long spendingBefore = topics.size(SPENDING);
    long riskBefore = topics.size(RISK);

    FeatureJob.main(
        new String[] {
          "--feature-contracts", "customer_spending@2",
          "--bootstrap-servers", kafka.bootstrapServers(),
          "--until", "latest"
        });

    assertThat(topics.size(SPENDING) - spendingBefore)
        .as("in event-time order none is older than what was published")
        .isEqualTo(COUNT + 2 * CUSTOMERS);
    assertThat(topics.size(RISK)).isEqualTo(riskBefore);
  }

  /** The last payment is the one with id {@link #COUNT} and those of its time. */
  private static List<Payment> payments(int firstId, int count) {
    List<Payment> payments = new ArrayList<>();
    for (int id = firstId; id < firstId + count; id++) {
      long second = Math.min(id, COUNT) * SECONDS_APART - (id < COUNT + CUSTOMERS ? 0 : 5);
      payments.add(new Payment(id, second));
    }
    return payments;
  }

  /** What compaction leaves. */
  private Map<String, String> latest(String topic) {
    Map<String, String> latest = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.readAll(topic)) {
      latest.put(
          new String(record.key(), UTF_8),
          record.value() == null ? "" : new String(record.value(), UTF_8));
    }
    return latest;
  }

  private record Payment(long id, long second) {
    byte[] event() {
      return MalformedEvents.payment(id, second);
    }

    String customer() {
      return MalformedEvents.CUSTOMER + id % CUSTOMERS;
    }

    double amount() {
      return id * 37 % 200 + 0.25;
    }

    /** As of this payment, by looking at all before it. */
    String features(List<Payment> before) {
      StringBuilder features = new StringBuilder();
      StringBuilder statuses = new StringBuilder();
      for (int days : new int[] {1, 7, 30}) {
        List<Payment> inWindow =
            Stream.concat(before.stream(), Stream.of(this))
                .filter(payment -> payment.customer().equals(customer()))
                .filter(payment -> payment.second > second - days * DAY_SECONDS)
                .toList();
        double sum = inWindow.stream().mapToDouble(Payment::amount).sum();
        String comma = days == 1 ? "" : ",";
        features.append(
            "%s\"nb_tx_%dd\":%d,\"avg_amount_%dd\":%s"
                .formatted(comma, days, inWindow.size(), days, sum / inWindow.size()));
        statuses.append(
            "%s\"nb_tx_%dd\":\"OK\",\"avg_amount_%dd\":\"OK\"".formatted(comma, days, days));
      }
      return "{\"entity\":{\"customer_id\":\"%s\"},\"as_of\":\"%s\",\"event_id\":\"%d\",\"contract\":\"customer_spending\",\"version\":\"2.1.0\",\"features\":{%s},\"statuses\":{%s},\"status\":\"OK\"}"
          .formatted(customer(), MalformedEvents.time(second), id, features, statuses);
    }
  }

  /** Throws, once, in the middle of the payments. */
  private static final class FailingOnce implements Sink<FeatureVector> {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public SinkWriter<FeatureVector> createWriter(WriterInitContext context) {
      return new SinkWriter<>() {
        @Override
        public void write(FeatureVector vector, Context of) throws IOException {
          if (vector.trigger().bits(0) == COUNT / 2 && FAILURES.compareAndSet(0, 1)) {
            throw new IOException("Injected");
          }
        }

        @Override
        public void flush(boolean endOfInput) {}

        @Override
        public void close() {}
      };
    }
  }
}
