package io.tidemark.cli.job;

import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentJson;
import io.tidemark.cli.simulator.PaymentSimulator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Simulated payments that flow to a topic at a steady pace until closed, far faster than they
 * happen; their amounts can be multiplied from some moment on. {@link #multiplyAmounts} may be
 * called by any thread.
 */
final class SimulatedTraffic implements AutoCloseable {
  private final Topics topics;
  private final String topic;
  private final Iterator<Payment> payments;
  private final long nanosPerPayment;
  private final Thread thread;
  private volatile BigDecimal factor = BigDecimal.ONE;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  private SimulatedTraffic(
      Topics topics, String topic, PaymentSimulator simulator, int paymentsPerSecond) {
    this.topics = topics;
    this.topic = topic;
    this.payments = simulator.stream().iterator();
    this.nanosPerPayment = TimeUnit.SECONDS.toNanos(1) / paymentsPerSecond;
    this.thread = new Thread(this::send, "simulated-traffic");
  }

  /**
   * Starts it.
   *
   * @param topics used by no other thread
   * @param topic of two partitions
   */
  static SimulatedTraffic start(
      Topics topics, String topic, PaymentSimulator simulator, int paymentsPerSecond) {
    SimulatedTraffic traffic = new SimulatedTraffic(topics, topic, simulator, paymentsPerSecond);
    traffic.thread.start();
    return traffic;
  }

  /** From now on amounts are so many times as large. */
  void multiplyAmounts(BigDecimal by) {
    factor = by;
  }

  private void send() {
    try {
      long dueNanos = System.nanoTime();
      while (!closed) {
        Payment payment = payments.next();
        int partition = Math.floorMod(payment.customerId().hashCode(), 2);
        var unused = topics.send(topic, partition, PaymentJson.encode(multiplied(payment)));
        dueNanos += nanosPerPayment;
        LockSupport.parkNanos(dueNanos - System.nanoTime());
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private Payment multiplied(Payment payment) {
    return new Payment(
        payment.transactionId(),
        payment.time(),
        payment.customerId(),
        payment.terminalId(),
        payment.amount().multiply(factor).setScale(2, RoundingMode.HALF_UP),
        payment.scenario());
  }

  /** Throws what ended the traffic before its time. */
  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    RuntimeException early = failure;
    if (early != null) {
      throw early;
    }
  }
}
