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
final class PaymentSender implements Runnable {
  /** How soon the end is noticed. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String bootstrapServers;
  private final String topic;
  private final DemoSettings settings;
  private final PaymentSimulator simulator;
  private final Tally tally;
  private final CompletableFuture<?> end;

  /**
   * @param end sending stops when it is done
   */
  PaymentSender(
      String bootstrapServers,
      String topic,
      DemoSettings settings,
      PaymentSimulator simulator,
      Tally tally,
      CompletableFuture<?> end) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.settings = settings;
    this.simulator = simulator;
    this.tally = tally;
    this.end = end;
  }

  @Override
  public void run() {
    Map<String, Object> producerSettings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.LINGER_MS_CONFIG,
            0);
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      send(producer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      producer.close(end.isDone() ? Duration.ZERO : Duration.ofSeconds(5));
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer) throws InterruptedException {
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
