package io.tidemark.cli.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
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
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
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
    KafkaNode node = new KafkaNode(folder, 0, controllerPort);
    BootstrapMetadata firstRecords = node.format();
    KafkaConfig config = new KafkaConfig(node.settings(), false);
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
    return "127.0.0.1:" + broker.boundPort(ListenerName.normalised(KafkaNode.LISTENER));
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
}
