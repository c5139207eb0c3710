package io.tidemark.cli.topic;

import io.tidemark.jobs.MissingBrokers;
import java.io.IOException;
import java.time.Duration;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of a broker.
 *
 * @param bootstrapServers {@code host:port,…}
 */
public record Topics(String bootstrapServers) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Returns when all are there. */
  public void create(Set<String> names, int partitions) throws IOException, InterruptedException {
    try (Admin admin = admin(PATIENCE)) {
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
    return partitions(topic, PATIENCE);
  }

  List<TopicPartition> partitions(String topic, Duration patience)
      throws IOException, InterruptedException {
    try (Admin admin = admin(patience)) {
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
      throw new IOException(missing(patience).message(e.getCause()), e);
    } catch (KafkaException e) {
      throw new IOException(missing(patience).message(e), e);
    }
  }

  private MissingBrokers missing(Duration patience) {
    return new MissingBrokers(
        bootstrapServers,
        "--bootstrap-servers, or is that of 'tidemark cluster status' without it",
        patience);
  }

  private Admin admin(Duration patience) {
    int millis = (int) patience.toMillis();
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            millis,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            millis);
    return Admin.create(settings);
  }

  private static <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException {
    return future.get();
  }
}
