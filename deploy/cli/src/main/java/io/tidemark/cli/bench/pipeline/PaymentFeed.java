package io.tidemark.cli.bench.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentJson;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import java.io.Closeable;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends one stream of simulated payments, each with the number of those before it as its id, a
 * customer's always to the same partition. Not thread-safe.
 */
final class PaymentFeed implements Closeable {
  private static final LocalDate FIRST_DAY = LocalDate.of(2020, 1, 1);

  /** A busy machine may take long to write what a job is to find. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final long WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final Iterator<Payment> payments;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private long sent;

  PaymentFeed(String bootstrapServers, String topic, PipelineScale scale, long seed) {
    this.topic = topic;
    this.payments =
        new PaymentSimulator(
                new SimulatorConfig(scale.customers(), scale.terminals(), FIRST_DAY, seed))
            .stream().iterator();
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                1,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                // The job knows a payment that is sent twice.
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                false),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** How many were sent so far; also the id of the next. */
  long sent() {
    return sent;
  }

  /** Sends so many as fast as the broker takes them, and returns when it has them. */
  void fill(int count) throws ExecutionException {
    for (int i = 0; i < count; i++) {
      send(next());
    }
    producer.flush();
    throwFailure();
  }

  /** The next payments, ready to be sent. */
  List<ProducerRecord<byte[], byte[]>> prepare(int count) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      records.add(next());
    }
    return records;
  }

  /** Sends each record when it is due, whatever became of those before it. */
  void send(List<ProducerRecord<byte[], byte[]>> records, Schedule schedule)
      throws ExecutionException {
    for (int i = 0; i < records.size(); i++) {
      long dueNanos = schedule.dueNanos(i);
      while (dueNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(WAIT_NANOS);
      }
      send(records.get(i));
    }
    producer.flush();
    throwFailure();
  }

  private ProducerRecord<byte[], byte[]> next() {
    Payment payment = payments.next();
    return new ProducerRecord<>(
        topic, payment.customerId().getBytes(UTF_8), PaymentJson.encode(payment));
  }

  private void send(ProducerRecord<byte[], byte[]> payment) {
    sent++;
    var unused =
        producer.send(
            payment,
            (written, refusal) -> {
              if (refusal != null) {
                failure.compareAndSet(null, refusal);
              }
            });
  }

  private void throwFailure() throws ExecutionException {
    Exception refusal = failure.get();
    if (refusal != null) {
      throw new ExecutionException("a payment was not sent: " + refusal.getMessage(), refusal);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
