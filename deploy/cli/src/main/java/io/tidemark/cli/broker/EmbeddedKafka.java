package io.tidemark.cli.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.LoggingFaultHandler;

/**
 * A whole Kafka cluster of one node, broker and KRaft controller, on free ports of the loopback
 * interface. Its data lies in a temporary folder that {@link #close} removes.
 *
 * <p>How it works: the parts of {@link KafkaRaftServer} are put together here, because that class
 * ends the JVM on a fault and opens the controller's port itself. That port must be known before
 * the start (it stands in the quorum's address), so it is bound first and handed over bound: no
 * other process can take it in between.
 *
 * <p>Thread-safe once started.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String LISTENER = "PLAINTEXT";
  private static final String CONTROLLER_LISTENER = "CONTROLLER";

  private final Path folder;
  private final ControllerServer controller;
  private final BrokerServer broker;

  private EmbeddedKafka(Path folder, ControllerServer controller, BrokerServer broker) {
    this.folder = folder;
    this.controller = controller;
    this.broker = broker;
  }

  /** Returns when the broker answers clients; takes a second or two. */
  public static EmbeddedKafka start() throws IOException {
    Path folder =
        Files.createTempDirectory("tidemark-kafka-" + ProcessHandle.current().pid() + "-");
    ServerSocketChannel controllerSocket = ServerSocketChannel.open();
    try {
      controllerSocket.configureBlocking(false);
      controllerSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      EmbeddedKafka kafka = create(folder, controllerSocket);
      try {
        kafka.controller.startup();
        kafka.broker.startup();
        return kafka;
      } catch (Throwable e) {
        kafka.close();
        throw e;
      }
    } catch (Throwable e) { // Scala throws checked exceptions that it does not declare.
      controllerSocket.close();
      Utils.delete(folder.toFile());
      throw e;
    }
  }

  private static EmbeddedKafka create(Path folder, ServerSocketChannel controllerSocket)
      throws IOException {
    int controllerPort = ((InetSocketAddress) controllerSocket.getLocalAddress()).getPort();
    BootstrapMetadata firstRecords = format(folder);
    KafkaConfig config = new KafkaConfig(settings(folder, controllerPort), false);
    SharedServer shared =
        new SharedServer(
            config,
            formatted(folder),
            Time.SYSTEM,
            new Metrics(),
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            List.of(),
            (name, fatal, action) -> new LoggingFaultHandler(name, action),
            handingOver(controllerSocket, controllerPort));
    return new EmbeddedKafka(
        folder,
        new ControllerServer(shared, KafkaRaftServer.configSchema(), firstRecords),
        new BrokerServer(shared));
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + broker.boundPort(ListenerName.normalised(LISTENER));
  }

  /** Where the data lies. */
  Path folder() {
    return folder;
  }

  /** Returns when the topic is there. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * Returns when the topic is there.
   *
   * @param topicSettings as in {@code cleanup.policy=compact}
   */
  public void createTopic(String name, int partitions, Map<String, String> topicSettings) {
    Map<String, Object> settings =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
      topic.configs(topicSettings);
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Topic " + name + " was not created", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while creating topic " + name, e);
    }
  }

  /** Stops the broker and removes its data. A second call does nothing. */
  @Override
  public void close() {
    try {
      broker.shutdown();
    } finally {
      controller.shutdown();
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try {
      Utils.delete(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("The broker's folder " + folder + " was not removed", e);
    }
  }

  /** Every feature at its production level, {@code transaction.version} 2 among them. */
  private static BootstrapMetadata format(Path folder) throws IOException {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Formatter formatter =
          new Formatter()
              .setNodeId(NODE_ID)
              .setClusterId(Uuid.randomUuid().toString())
              .setControllerListenerName(CONTROLLER_LISTENER)
              .setMetadataLogDirectory(folder.toString())
              .addDirectory(folder.toString())
              .setPrintStream(silent);
      formatter.run();
      return formatter.bootstrapMetadata();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("The broker's folder " + folder + " was not formatted", e);
    }
  }

  private static MetaPropertiesEnsemble formatted(Path folder) throws IOException {
    return new MetaPropertiesEnsemble.Loader()
        .addMetadataLogDir(folder.toString())
        .addLogDirs(List.of(folder.toString()))
        .load();
  }

  private static ServerSocketFactory handingOver(ServerSocketChannel bound, int boundPort) {
    return (listener, address, backlog, receiveBufferBytes) ->
        address.getPort() == boundPort
            ? bound
            : ServerSocketFactory.INSTANCE.openServerSocket(
                listener, address, backlog, receiveBufferBytes);
  }

  private static Map<String, String> settings(Path folder, int controllerPort) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", Integer.toString(NODE_ID)),
        Map.entry("log.dirs", folder.toString()),
        Map.entry("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort),
        Map.entry("controller.listener.names", CONTROLLER_LISTENER),
        Map.entry(
            "listeners",
            LISTENER + "://127.0.0.1:0," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort),
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
