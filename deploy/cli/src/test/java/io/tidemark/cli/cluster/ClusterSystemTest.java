package io.tidemark.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentCsv;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
  private static final Duration PATIENCE = Duration.ofSeconds(300);
  private static final int PAYMENTS = 5_000;

  @TempDir private Path temporary;

  @Test
  void jobScoresEveryPaymentThoughItsTaskManagerAndItsJobManagerAreKilled() throws Exception {
    ClusterFolder folder = new ClusterFolder(temporary.resolve("cluster"));
    List<Payment> payments =
        new PaymentSimulator(new SimulatorConfig(200, 400, LocalDate.of(2025, 1, 1), 5))
            .stream().limit(PAYMENTS).toList();
    try {
      ForkedTidemark up = tidemark("cluster up --ha --task-managers 2 --dir " + folder.root());
      assertThat(up.exit()).as(up.err()).isZero();
      ForkedTidemark run =
          tidemark(
              "flink --dir %s run -d -c io.tidemark.jobs.ScoringJob %s --model card_fraud"
                  .formatted(
                      folder.root(),
                      ForkedTidemark.CHECKOUT.resolve(
                          Path.of("jobs", "target", "tidemark-jobs.jar"))));
      assertThat(run.exit()).as(run.err()).isZero();
      assertThat(run.out()).contains("Job has been submitted with JobID");
      assertThat(run.err()).doesNotContain("Exception");

      produce(folder, payments.subList(0, PAYMENTS / 2));
      awaitScores(folder, payments.subList(0, PAYMENTS / 2));
      List<ProcessHandle> first = state(folder).alive();

      // The one that works: the other one, with as many slots, takes over.
      kill(folder, workingTaskManager(folder));
      await(folder, "the job runs again", () -> isRunning(folder));
      kill(folder, "jobmanager-1");
      produce(folder, payments.subList(PAYMENTS / 2, PAYMENTS));
      awaitScores(folder, payments);
      await(folder, "the job runs again", () -> isRunning(folder));

      ForkedTidemark status = tidemark("cluster status --dir " + folder.root());
      assertThat(status.out()).contains("jobmanager-1     running").doesNotContain("ended");
      List<ProcessHandle> last = state(folder).alive();
      ForkedTidemark down = tidemark("cluster down --dir " + folder.root());
      assertThat(down.exit()).as(down.err()).isZero();
      assertThat(first).hasSizeGreaterThanOrEqualTo(5).noneMatch(ClusterSystemTest::runs);
      assertThat(last).hasSameSizeAs(first).noneMatch(ClusterSystemTest::runs);
      assertThat(folder.root()).doesNotExist();
    } finally {
      if (Files.exists(folder.stateFile())) {
        Cluster.find(folder).orElseThrow().down(false);
      }
    }
  }

  private static boolean runs(ProcessHandle process) {
    return ProcessId.of(process).find().isPresent();
  }

  private void produce(ClusterFolder folder, List<Payment> payments) throws Exception {
    Path file = temporary.resolve("payments-" + payments.get(0).transactionId() + ".csv");
    try (Writer out = Files.newBufferedWriter(file)) {
      PaymentCsv csv = new PaymentCsv(out);
      payments.forEach(csv::write);
    }
    ForkedTidemark produced =
        tidemark("produce --topic tx_events --events %s --dir %s".formatted(file, folder.root()));
    assertThat(produced.exit()).as(produced.err()).isZero();
    assertThat(produced.out()).contains("\"events\":" + payments.size() + ",");
  }

  private static void awaitScores(ClusterFolder folder, List<Payment> payments) throws Exception {
    Set<String> missing =
        payments.stream()
            .map(payment -> Long.toString(payment.transactionId()))
            .collect(Collectors.toCollection(HashSet::new));
    Map<String, Object> settings = Map.of("bootstrap.servers", state(folder).bootstrapServers());
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition("card_fraud_scores", 0),
              new TopicPartition("card_fraud_scores", 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await(
          folder,
          "every payment has a score",
          () -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(score -> missing.remove(new String(score.key(), UTF_8)));
            return missing.isEmpty();
          });
    }
  }

  /** Kills it; returns when it was started again. */
  private static void kill(ClusterFolder folder, String name) throws Exception {
    ProcessState before = process(folder, name);
    before.process().find().orElseThrow().destroyForcibly();
    await(
        folder,
        name + " is started again",
        () -> {
          ProcessState now = process(folder, name);
          return now.restarts() > before.restarts() && now.process().find().isPresent();
        });
  }

  private static String workingTaskManager(ClusterFolder folder) {
    for (JsonNode manager : rest(folder, "/taskmanagers").path("taskmanagers")) {
      if (manager.path("freeSlots").asInt() == 0) {
        return manager.path("id").asText();
      }
    }
    throw new AssertionError("No task manager works");
  }

  private static boolean isRunning(ClusterFolder folder) {
    JsonNode job = rest(folder, "/jobs/overview").path("jobs").path(0);
    JsonNode tasks = job.path("tasks");
    return job.path("state").asText().equals("RUNNING")
        && tasks.path("running").asInt() == tasks.path("total").asInt();
  }

  /** What Flink answers, nothing while it does not. */
  private static JsonNode rest(ClusterFolder folder, String path) {
    ObjectMapper json = new ObjectMapper();
    URI uri = URI.create(state(folder).restUrl() + path);
    try (InputStream answer = uri.toURL().openStream()) {
      return json.readTree(answer);
    } catch (IOException e) {
      return json.createObjectNode();
    }
  }

  private static ProcessState process(ClusterFolder folder, String name) {
    return state(folder).processes().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ClusterState state(ClusterFolder folder) {
    try {
      return ClusterState.read(folder).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(ClusterFolder folder, String what, BooleanSupplier condition)
      throws Exception {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNanos) {
        throw new AssertionError(
            "Not within "
                + PATIENCE
                + ": "
                + what
                + "\n"
                + Files.readString(folder.supervisorLog()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private ForkedTidemark tidemark(String arguments) throws Exception {
    return ForkedTidemark.run(temporary, PATIENCE, List.of(arguments.split(" ")));
  }
}
