package io.tidemark.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentJson;
import io.tidemark.cli.simulator.PaymentSimulator;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends simulated payments to a topic, each at its own time whatever became of those before it: a
 * payment that had to wait for others counts from the time it was to be sent.
 */
final class PaymentSender implements Runnable, AutoCloseable {
  /** How soon the end is noticed. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final DemoSettings settings;
  private final PaymentSimulator simulator;
  private final Tally tally;
  private final CompletableFuture<?> end;

  private PaymentSender(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      DemoSettings settings,
      PaymentSimulator simulator,
      Tally tally,
      CompletableFuture<?> end) {
    this.producer = producer;
    this.topic = topic;
    this.settings = settings;
    this.simulator = simulator;
    this.tally = tally;
    this.end = end;
  }

  /**
   * Connects to the broker.
   *
   * @param end failed when a payment cannot be sent; sending stops when it is done
   */
  static PaymentSender open(
      String bootstrapServers,
      String topic,
      DemoSettings settings,
      PaymentSimulator simulator,
      Tally tally,
      CompletableFuture<?> end) {
    Map<String, Object> producerSettings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            0);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.partitionsFor(topic);
    return new PaymentSender(producer, topic, settings, simulator, tally, end);
  }

  @Override
  public void run() {
    try {
      send();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** To be called when {@link #run} has returned. */
  @Override
  public void close() {
    producer.close(Duration.ZERO); // What has a score was sent; the rest is not wanted any more.
  }

  private void send() throws InterruptedException {
    Iterator<Payment> payments = simulator.stream().iterator();
    long startNanos = System.nanoTime();
    for (long i = 0; i < settings.events(); i++) {
      Payment payment = payments.next();
      String id = Long.toString(payment.transactionId());
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              topic, payment.customerId().getBytes(UTF_8), PaymentJson.encode(payment));
      long dueNanos = startNanos;
      if (settings.eventsPerSecond() > 0) {
        dueNanos += i * TimeUnit.SECONDS.toNanos(1) / settings.eventsPerSecond();
        awaitTime(dueNanos);
      }
      awaitRoom();
      if (end.isDone()) {
        return;
      }
      tally.sent(
          id,
          settings.eventsPerSecond() > 0 ? dueNanos : System.nanoTime(),
          payment.scenario().label() == 1);
      var unused =
          producer.send(
              record,
              (written, failure) -> {
                if (failure != null) {
                  end.completeExceptionally(failure);
                }
              });
    }
  }

  private void awaitTime(long dueNanos) {
    long left = dueNanos - System.nanoTime();
    while (left > 0 && !end.isDone()) {
      LockSupport.parkNanos(Math.min(left, PATIENCE_NANOS));
      left = dueNanos - System.nanoTime();
    }
  }

  private void awaitRoom() throws InterruptedException {
    while (!tally.awaitRoom(PATIENCE_NANOS)) {
      if (end.isDone()) {
        return;
      }
    }
  }
}
