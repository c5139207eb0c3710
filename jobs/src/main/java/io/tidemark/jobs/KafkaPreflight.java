package io.tidemark.jobs;

import io.tidemark.contract.EventContract;
import io.tidemark.jobs.WarmUpArguments.WarmUp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers, before a job is submitted, whether it could run: they answer, the topics exist,
 * and for exactly-once delivery the transactions are safe. A transaction that the broker times out
 * before the job has committed it is lost without any failure, so it must outlast the checkpoint
 * interval and a restart.
 */
final class KafkaPreflight {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String TRANSACTION_VERSION = "transaction.version";

  /** With it a producer cannot write into a transaction that it no longer owns (KIP-890). */
  private static final short SAFE_TRANSACTIONS = 2;

  private static final String MAX_TRANSACTION_TIMEOUT = "transaction.max.timeout.ms";

  private final KafkaConnection kafka;
  private final Duration patience;
  private final List<String> problems = new ArrayList<>();

  private KafkaPreflight(KafkaConnection kafka, Duration patience) {
    this.kafka = kafka;
    this.patience = patience;
  }

  /**
   * A topic that must exist.
   *
   * @param compacted whether it must keep the last record of every key
   * @param since time since which it must hold all records; null where that does not matter
   */
  record Topic(String name, boolean compacted, @Nullable Instant since) {
    /**
     * @param warmUp what is read before the event's topic
     */
    static List<Topic> of(EventContract event, @Nullable WarmUp warmUp) {
      return List.of(
          new Topic(
              event.topic().topic(), false, warmUp == null ? null : warmUp.history().end().at()),
          plain(event.deadLetter().topic()),
          plain(event.late().topic()));
    }

    static Topic plain(String name) {
      return new Topic(name, false, null);
    }

    static Topic compacted(String name) {
      return new Topic(name, true, null);
    }
  }

  /**
   * @param topics that the job reads or writes
   * @throws SubmissionRefusedException with every problem
   */
  static void require(KafkaConnection kafka, List<Topic> topics, CheckpointConfig checkpoints)
      throws SubmissionRefusedException, InterruptedException {
    require(kafka, topics, checkpoints, PATIENCE);
  }

  static void require(
      KafkaConnection kafka, List<Topic> topics, CheckpointConfig checkpoints, Duration patience)
      throws SubmissionRefusedException, InterruptedException {
    KafkaPreflight preflight = new KafkaPreflight(kafka, patience);
    preflight.check(topics, checkpoints);
    if (!preflight.problems.isEmpty()) {
      throw new SubmissionRefusedException(preflight.problems);
    }
  }

  private void check(List<Topic> topics, CheckpointConfig checkpoints) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) patience.toMillis(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) patience.toMillis() / 2);
    try (Admin admin = Admin.create(settings)) {
      // The first answer decides whether there are brokers at all.
      List<Node> brokers = List.copyOf(admin.describeCluster().nodes().get());
      checkTopics(admin, topics);
      if (kafka.delivery().isExactlyOnce()) {
        checkCheckpoints(checkpoints);
        checkTransactions(admin, brokers);
      }
    } catch (KafkaException e) {
      problems.add(missing().message(e));
    } catch (ExecutionException e) {
      problems.add(missing().message(e.getCause()));
    }
  }

  private MissingBrokers missing() {
    return new MissingBrokers(
        kafka.bootstrapServers(), "--bootstrap-servers or TIDEMARK_BOOTSTRAP_SERVERS", patience);
  }

  private void checkTopics(Admin admin, List<Topic> topics)
      throws InterruptedException, ExecutionException {
    Map<String, KafkaFuture<TopicDescription>> described =
        admin.describeTopics(topics.stream().map(Topic::name).toList()).topicNameValues();
    List<Topic> missing = new ArrayList<>();
    int partitions = 1;
    for (Topic topic : topics) {
      try {
        int found = described.get(topic.name).get().partitions().size();
        partitions = Math.max(partitions, found);
        if (topic.compacted) {
          checkCompacted(admin, topic.name);
        }
        if (topic.since != null) {
          checkReachesBack(admin, topic.name, found, topic.since);
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
        missing.add(topic);
      }
    }
    for (Topic topic : missing) {
      problems.add(
          "Topic '"
              + topic.name
              + "' does not exist. Create it: kafka-topics.sh --bootstrap-server "
              + kafka.bootstrapServers()
              + " --create --topic "
              + topic.name
              + " --partitions "
              + partitions
              + (topic.compacted ? " --config cleanup.policy=compact" : ""));
    }
  }

  private void checkCompacted(Admin admin, String topic)
      throws InterruptedException, ExecutionException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    String policy = setting(admin, resource, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      problems.add(
          "Topic '"
              + topic
              + "' has cleanup.policy="
              + policy
              + ": the latest features of quiet entities would be deleted. Compact it:"
              + " kafka-configs.sh --bootstrap-server "
              + kafka.bootstrapServers()
              + " --alter --topic "
              + topic
              + " --add-config cleanup.policy=compact");
    }
  }

  /** Records that retention has removed may have held events that no file holds either. */
  private void checkReachesBack(Admin admin, String topic, int partitions, Instant since)
      throws InterruptedException, ExecutionException {
    for (int partition = 0; partition < partitions; partition++) {
      TopicPartition of = new TopicPartition(topic, partition);
      // The first record there is, with its time.
      ListOffsetsResultInfo first =
          admin.listOffsets(Map.of(of, OffsetSpec.forTimestamp(0))).partitionResult(of).get();
      if (first.offset() > 0 && first.timestamp() > since.toEpochMilli()) {
        problems.add(
            "Topic '"
                + topic
                + "' has lost what came before "
                + Instant.ofEpochMilli(first.timestamp())
                + " in partition "
                + partition
                + ", but --warm-up-until is "
                + since
                + ": events between would be in neither. Let the files of --warm-up-from reach"
                + " further, and --warm-up-until with them");
        return;
      }
    }
  }

  private void checkCheckpoints(CheckpointConfig checkpoints) {
    Duration timeout = kafka.delivery().transactionTimeout();
    if (!checkpoints.isCheckpointingEnabled()) {
      problems.add(
          "--delivery exactly-once writes when a checkpoint is complete, but there are none. Set"
              + " execution.checkpointing.interval, such as with -Dexecution.checkpointing.interval=10s");
      return;
    }
    Duration interval = Duration.ofMillis(checkpoints.getCheckpointInterval());
    if (interval.multipliedBy(2).compareTo(timeout) >= 0) {
      problems.add(
          "--transaction-timeout "
              + timeout
              + " is not more than twice the checkpoint interval "
              + interval
              + ": a slow checkpoint or a restart would lose what was written. Raise it, or take"
              + " checkpoints more often");
    }
  }

  private void checkTransactions(Admin admin, List<Node> brokers)
      throws InterruptedException, ExecutionException {
    FinalizedVersionRange version =
        admin
            .describeFeatures()
            .featureMetadata()
            .get()
            .finalizedFeatures()
            .get(TRANSACTION_VERSION);
    int found = version == null ? 0 : version.maxVersionLevel();
    if (found < SAFE_TRANSACTIONS) {
      problems.add(
          "--delivery exactly-once needs "
              + TRANSACTION_VERSION
              + "="
              + SAFE_TRANSACTIONS
              + ", but the brokers run "
              + found
              + ". With brokers of 4.0 or newer: kafka-features.sh --bootstrap-server "
              + kafka.bootstrapServers()
              + " upgrade --feature "
              + TRANSACTION_VERSION
              + "="
              + SAFE_TRANSACTIONS);
    }
    long maxMillis = Long.MAX_VALUE;
    for (Node broker : brokers) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, broker.idString());
      String max = setting(admin, resource, MAX_TRANSACTION_TIMEOUT);
      maxMillis = Math.min(maxMillis, Long.parseLong(max));
    }
    Duration timeout = kafka.delivery().transactionTimeout();
    if (timeout.toMillis() > maxMillis) {
      problems.add(
          "--transaction-timeout "
              + timeout
              + " is more than the brokers allow, "
              + MAX_TRANSACTION_TIMEOUT
              + "="
              + maxMillis
              + ". Give "
              + Duration.ofMillis(maxMillis)
              + " or less, or raise the brokers' setting");
    }
  }

  private static String setting(Admin admin, ConfigResource of, String name)
      throws InterruptedException, ExecutionException {
    return admin.describeConfigs(List.of(of)).all().get().get(of).get(name).value();
  }
}
