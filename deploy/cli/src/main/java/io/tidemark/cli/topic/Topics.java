package io.tidemark.cli.topic;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of a broker.
 *
 * @param bootstrapServers {@code host:port,…}
 */
public record Topics(String bootstrapServers) {
  private static final int TIMEOUT_MILLIS = 30_000;

  /** Returns when all are there. */
  public void create(Set<String> names, int partitions) throws IOException, InterruptedException {
    try (Admin admin = admin()) {
      await(
          admin
              .createTopics(
                  names.stream()
                      .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty()))
                      .toList())
              .all());
    } catch (ExecutionException e) {
      throw new IOException("the topics were not created: " + e.getCause().getMessage(), e);
    }
  }

  /**
   * The partitions of a topic, by number.
   *
   * @throws IOException if there is no such topic, or no broker answers
   */
  public List<TopicPartition> partitions(String topic) throws IOException, InterruptedException {
    try (Admin admin = admin()) {
      try {
        TopicDescription description =
            await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        return description.partitions().stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          throw new IOException(
              "there is no topic "
                  + topic
                  + "; there are "
                  + new TreeSet<>(await(admin.listTopics().names())),
              e);
        }
        throw e;
      }
    } catch (ExecutionException e) {
      throw new IOException(
          "the broker at " + bootstrapServers + " does not answer: " + e.getCause().getMessage(),
          e);
    }
  }

  private Admin admin() {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            TIMEOUT_MILLIS);
    return Admin.create(settings);
  }

  private static <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException {
    return future.get();
  }
}
