package io.tidemark.cli.broker;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A whole Kafka cluster of one node, broker and KRaft controller, on the loopback interface.
 *
 * @param data folder for its data
 * @param port where clients find it; 0: a free one
 * @param controllerPort the controller's, which stands in the quorum's address and so must be known
 */
public record KafkaNode(Path data, int port, int controllerPort) {
  static final int NODE_ID = 1;
  static final String LISTENER = "PLAINTEXT";
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /**
   * Makes the data folder one of a new cluster: every feature at its production level, {@code
   * transaction.version} 2 among them.
   */
  public BootstrapMetadata format() throws IOException {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Formatter formatter =
          new Formatter()
              .setNodeId(NODE_ID)
              .setClusterId(Uuid.randomUuid().toString())
              .setControllerListenerName(CONTROLLER_LISTENER)
              .setMetadataLogDirectory(data.toString())
              .addDirectory(data.toString())
              .setPrintStream(silent);
      formatter.run();
      return formatter.bootstrapMetadata();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("The broker's folder " + data + " was not formatted", e);
    }
  }

  /** Writes the settings as the {@code server.properties} that {@code kafka.Kafka} is given. */
  public void writeSettings(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Map.Entry<String, String> setting : new TreeMap<>(settings()).entrySet()) {
        out.write(setting.getKey() + "=" + setting.getValue().replace("\\", "\\\\"));
        out.newLine();
      }
    }
  }

  Map<String, String> settings() {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", Integer.toString(NODE_ID)),
        Map.entry("log.dirs", data.toString()),
        Map.entry("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort),
        Map.entry("controller.listener.names", CONTROLLER_LISTENER),
        Map.entry(
            "listeners",
            LISTENER
                + "://127.0.0.1:"
                + port
                + ","
                + CONTROLLER_LISTENER
                + "://127.0.0.1:"
                + controllerPort),
        Map.entry(
            "listener.security.protocol.map",
            LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT"),
        Map.entry("inter.broker.listener.name", LISTENER),
        Map.entry("auto.create.topics.enable", "false"),
        // One node holds every replica there is.
        Map.entry("default.replication.factor", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        // Small and quick to start: few partitions, threads and preallocated files.
        Map.entry("offsets.topic.num.partitions", "1"),
        Map.entry("transaction.state.log.num.partitions", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("log.index.size.max.bytes", "1048576"),
        Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "2"),
        // Data lives as long as the broker, whatever its time stamps say.
        Map.entry("log.retention.ms", "-1"));
  }
}
