package io.tidemark.cli.job;

import io.tidemark.cli.broker.KafkaNode;
import io.tidemark.cli.cluster.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A broker as a process of its own, which can be killed and started again on the same data and
 * ports. Its class path is this JVM's.
 */
final class KafkaProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

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
    KafkaNode node =
        new KafkaNode(Files.createDirectory(folder.resolve("data")), brokerPort, controllerPort);
    node.format();
    node.writeSettings(settings);
    this.process = java("kafka.Kafka", settings.toString());
  }

  /**
   * Returns when it answers.
   *
   * @param folder an empty one, for its data
   */
  static KafkaProcess start(Path folder) throws Exception {
    FreePorts ports = new FreePorts();
    KafkaProcess kafka = new KafkaProcess(folder, ports.next(), ports.next());
    try {
      kafka.awaitAnswer();
      return kafka;
    } catch (Throwable e) {
      kafka.close();
      throw e;
    }
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
