package io.tidemark.cli.job;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * A broker as a process of its own, which can be killed and started again on the same data and
 * ports. Its class path is this JVM's.
 */
final class KafkaProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000;

  private final Path folder;
  private final Path log;
  private final Path settings;
  private final String bootstrapServers;
  private Process process;

  private KafkaProcess(Path folder, int brokerPort, int controllerPort) throws Exception {
    this.folder = folder;
    this.log = folder.resolve("kafka.log");
    this.settings = folder.resolve("server.properties");
    this.bootstrapServers = "127.0.0.1:" + brokerPort;
    Files.writeString(
        settings,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%3$s
        auto.create.topics.enable=false
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.abort.timed.out.transaction.cleanup.interval.ms=500
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        group.initial.rebalance.delay.ms=0
        log.cleaner.dedupe.buffer.size=16777216
        log.retention.ms=-1
        """
            .formatted(brokerPort, controllerPort, folder.resolve("data")));
    Process format =
        java(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            Uuid.randomUuid().toString(),
            "-c",
            settings.toString());
    if (!format.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || format.exitValue() != 0) {
      format.destroyForcibly().waitFor();
      throw new IOException("The broker's folder was not formatted: " + logged());
    }
    this.process = java("kafka.Kafka", settings.toString());
  }

  /**
   * Returns when it answers.
   *
   * @param folder an empty one, for its data
   */
  static KafkaProcess start(Path folder) throws Exception {
    int brokerPort = freePort();
    KafkaProcess kafka = new KafkaProcess(folder, brokerPort, freePortAfter(brokerPort));
    try {
      kafka.awaitAnswer();
      return kafka;
    } catch (Throwable e) {
      kafka.close();
      throw e;
    }
  }

  /**
   * Below the ports that clients are given: one that tries again and again to reach a broker that
   * is down would otherwise be given the broker's own port one day, and keep it.
   */
  static int freePort() throws IOException {
    return freePortAfter(LOWEST_PORT + ThreadLocalRandom.current().nextInt(5_000));
  }

  private static int freePortAfter(int last) throws IOException {
    for (int port = last + 1; port < HIGHEST_PORT; port++) {
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException e) {
        // The next one, then.
      }
    }
    throw new IOException("No port is free between " + last + " and " + HIGHEST_PORT);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  void createTopics(int partitions, String... names) throws Exception {
    try (Admin admin = admin()) {
      admin
          .createTopics(
              Arrays.stream(names).map(name -> new NewTopic(name, partitions, (short) 1)).toList())
          .all()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Kills it as {@code kill -9} does, without a chance to write anything. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again where it was killed; returns when it answers. */
  void startAgain() throws Exception {
    process = java("kafka.Kafka", settings.toString());
    awaitAnswer();
  }

  private void awaitAnswer() throws Exception {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try (Admin admin = admin()) {
      while (true) {
        try {
          admin.describeCluster().nodes().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
          return;
        } catch (ExecutionException e) {
          if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
            throw new IOException("The broker does not answer: " + logged(), e);
          }
        }
      }
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "request.timeout.ms", 2_000,
            "default.api.timeout.ms", 5_000));
  }

  private Process java(String... mainAndArguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"))));
    command.addAll(List.of(mainAndArguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private String logged() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
