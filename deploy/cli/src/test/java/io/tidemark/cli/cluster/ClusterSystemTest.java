package io.tidemark.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentCsv;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar of the jobs on a cluster of processes, of which some are killed. */
@Tag("system")
@Timeout(900)
class ClusterSystemTest {
  private static final int PAYMENTS = 5_000;

  @TempDir private Path temporary;

  @Test
  void jobScoresEveryPaymentThoughItsTaskManagerAndItsJobManagerAreKilled() throws Exception {
    List<Payment> payments =
        new PaymentSimulator(new SimulatorConfig(200, 400, LocalDate.of(2025, 1, 1), 5))
            .stream().limit(PAYMENTS).toList();
    try (TestCluster cluster = TestCluster.up(temporary, "--ha --task-managers 2")) {
      ForkedTidemark run =
          cluster.tidemark(
              "flink --dir %s run -d -c io.tidemark.jobs.ScoringJob %s --model card_fraud"
                  .formatted(
                      cluster.root(),
                      ForkedTidemark.CHECKOUT.resolve(
                          Path.of("jobs", "target", "tidemark-jobs.jar"))));
      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.out()).contains("Job has been submitted with JobID");
      assertThat(run.err()).doesNotContain("Exception");

      produce(cluster, payments.subList(0, PAYMENTS / 2));
      awaitScores(cluster, payments.subList(0, PAYMENTS / 2));
      List<ProcessHandle> first = cluster.state().alive();

      // The one that works: the other one, with as many slots, takes over.
      cluster.kill(cluster.workingTaskManager());
      cluster.await("the job runs again", cluster::isRunning);
      cluster.kill("jobmanager-1");
      produce(cluster, payments.subList(PAYMENTS / 2, PAYMENTS));
      awaitScores(cluster, payments);
      cluster.await("the job runs again", cluster::isRunning);

      ForkedTidemark status = cluster.tidemark("cluster status --dir " + cluster.root());
      assertThat(status.out()).contains("jobmanager-1     running").doesNotContain("ended");
      List<ProcessHandle> last = cluster.state().alive();
      ForkedTidemark down = cluster.tidemark("cluster down --dir " + cluster.root());
      assertThat(down.exit()).as(down.err()).isZero();
      assertThat(first).hasSizeGreaterThanOrEqualTo(5).noneMatch(ClusterSystemTest::runs);
      assertThat(last).hasSameSizeAs(first).noneMatch(ClusterSystemTest::runs);
      assertThat(cluster.root()).doesNotExist();
    }
  }

  private static boolean runs(ProcessHandle process) {
    return ProcessId.of(process).find().isPresent();
  }

  private void produce(TestCluster cluster, List<Payment> payments) throws Exception {
    Path file = temporary.resolve("payments-" + payments.get(0).transactionId() + ".csv");
    try (Writer out = Files.newBufferedWriter(file)) {
      PaymentCsv csv = new PaymentCsv(out);
      payments.forEach(csv::write);
    }
    ForkedTidemark produced =
        cluster.tidemark(
            "produce --topic tx_events --events %s --dir %s".formatted(file, cluster.root()));
    assertThat(produced.exit()).as(produced.err()).isZero();
    assertThat(produced.out()).contains("\"events\":" + payments.size() + ",");
  }

  private static void awaitScores(TestCluster cluster, List<Payment> payments) throws Exception {
    Set<String> missing =
        payments.stream()
            .map(payment -> Long.toString(payment.transactionId()))
            .collect(Collectors.toCollection(HashSet::new));
    Map<String, Object> settings = Map.of("bootstrap.servers", cluster.state().bootstrapServers());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition("card_fraud_scores", 0),
              new TopicPartition("card_fraud_scores", 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      cluster.await(
          "every payment has a score",
          () -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(score -> missing.remove(new String(score.key(), UTF_8)));
            return missing.isEmpty();
          });
    }
  }
}
