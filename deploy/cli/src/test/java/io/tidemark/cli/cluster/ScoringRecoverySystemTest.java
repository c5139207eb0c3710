package io.tidemark.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tidemark.cli.OnnxBytes;
import io.tidemark.jobs.event.ModelStamp;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies in the middle of a load. */
@Tag("system")
@Timeout(900)
class ScoringRecoverySystemTest {
  private static final Path JOBS_JAR =
      ForkedTidemark.CHECKOUT.resolve(Path.of("jobs", "target", "tidemark-jobs.jar"));
  private static final Path MKFIFO = Path.of("/usr/bin/mkfifo");

  @TempDir private Path temporary;

  /** The model's file is a pipe, so that whoever loads it hangs until there is something in it. */
  @Test
  void recordsWhoseModelWasBeingLoadedOnAKilledTaskManagerAreScoredByItOnTheNext()
      throws Exception {
    assumeThat(MKFIFO).exists();
    byte[] later = OnnxBytes.adding(StampedScoring.LATER);
    Path model = temporary.resolve("model.onnx");
    Process made = new ProcessBuilder(MKFIFO.toString(), model.toString()).start();
    assertThat(made.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(made.exitValue()).isZero();
    Path scores = temporary.resolve("scores.csv");

    try (TestCluster cluster =
        TestCluster.up(temporary, "--task-managers 2 --slots 1 --partitions 1")) {
      StreamExecutionEnvironment env = environment(cluster);
      ModelStamp stamp = StampedScoring.stamp(later, model.toUri());
      StampedScoring.define(env, stamp, scores.toString());
      JobClient job = env.executeAsync("stamped");
      try (OutputStream pipe = awaitReader(model)) {
        String path = "/jobs/" + job.getJobID() + "/checkpoints";
        int before = completed(cluster.rest(path));
        cluster.await(
            "a checkpoint with records that wait for the model",
            () -> completed(cluster.rest(path)) >= before + 2);
        assertThat(scores).as("the first record waits").isEmptyFile();
        Files.move(model, temporary.resolve("hanging"));
        Files.write(model, later);

        cluster.kill(cluster.workingTaskManager());

        job.getJobExecutionResult().get(300, TimeUnit.SECONDS);
        assertThat(cluster.rest(path).path("counts").path("restored").asInt()).isPositive();
        pipe.flush(); // open until here: nobody has read an end of the file
      }
    }

    List<String> expected =
        IntStream.range(0, StampedScoring.RECORDS).mapToObj(StampedScoring::expected).toList();
    assertThat(Files.readAllLines(scores)).containsExactlyElementsOf(expected);
  }

  private static int completed(JsonNode checkpoints) {
    return checkpoints.path("counts").path("completed").asInt();
  }

  /** Opened for writing, a pipe waits for somebody to read it. */
  private static OutputStream awaitReader(Path pipe) throws Exception {
    CompletableFuture<OutputStream> opened = new CompletableFuture<>();
    Thread opener =
        new Thread(
            () -> {
              try {
                opened.complete(Files.newOutputStream(pipe));
              } catch (Exception e) {
                opened.completeExceptionally(e);
              }
            },
            "pipe");
    opener.setDaemon(true);
    opener.start();
    return opened.get(120, TimeUnit.SECONDS);
  }

  private StreamExecutionEnvironment environment(TestCluster cluster) throws Exception {
    Path jar = temporary.resolve("test.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type : StampedScoring.classes()) {
        String name = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new ZipEntry(name));
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
    URI rest = URI.create(cluster.state().restUrl());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createRemoteEnvironment(
            rest.getHost(), rest.getPort(), configuration, JOBS_JAR.toString(), jar.toString());
    env.setParallelism(1);
    return env;
  }
}
