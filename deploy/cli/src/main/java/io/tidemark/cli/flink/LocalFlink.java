package io.tidemark.cli.flink;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient.JobFinalizationBehavior;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * A Flink in this process for one job: RocksDB for state, web interface on the loopback, and
 * everything it writes (state, checkpoints, native libraries) in one folder. {@link #close} ends
 * the job if it still runs, waits until the cluster is gone, and removes the folder. Not
 * thread-safe.
 */
public final class LocalFlink implements Closeable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(10);
  private static final long CANCEL_SECONDS = 10;

  private final Path folder;
  private final Configuration configuration = new Configuration();
  private @Nullable MiniCluster cluster;
  private @Nullable JobClient job;

  private LocalFlink(Path folder) {
    this.folder = folder;
    String temporary = folder.resolve("tmp").toString();
    configuration.set(CoreOptions.TMP_DIRS, temporary);
    configuration.set(WebOptions.TMP_DIR, temporary);
    configuration.set(WebOptions.UPLOAD_DIR, temporary);
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(JobManagerOptions.BIND_HOST, "localhost");
    configuration.set(TaskManagerOptions.BIND_HOST, "localhost");
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    configuration.set(TaskManagerOptions.MEMORY_SEGMENT_SIZE, MemorySize.parse("128kb"));
    configuration.setString("state.backend.rocksdb.writebuffer.size", "4mb");
    configuration.setString("state.backend.rocksdb.writebuffer.count", "4");
    configuration.setString("state.backend.rocksdb.checkpoint.transfer.thread.num", "1");
    configuration.setString(
        "state.backend.rocksdb.compression.per.level",
        "NO_COMPRESSION;NO_COMPRESSION;SNAPPY_COMPRESSION");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
  }

  public static LocalFlink create() throws IOException {
    return new LocalFlink(
        Files.createTempDirectory("tidemark-flink-" + ProcessHandle.current().pid() + "-"));
  }

  /** To be changed before {@link #environment} is called. */
  public Configuration configuration() {
    return configuration;
  }

  /**
   * Lets Tidemark's reporter serve the metrics to Prometheus, on a free port of the loopback.
   *
   * @return where
   */
  public URI exportMetrics() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      port = free.getLocalPort();
    }
    String reporter = "metrics.reporter.prometheus.";
    configuration.setString(
        reporter + "factory.class",
        "org.apache.flink.metrics.prometheus.TidemarkPrometheusReporterFactory");
    configuration.setString(reporter + "host", LOOPBACK);
    configuration.setString(reporter + "port", Integer.toString(port));
    configuration.setString(reporter + "filterLabelValueCharacters", "false");
    return URI.create("http://" + LOOPBACK + ":" + port + "/metrics");
  }

  /** Where the one job is to be defined. */
  public StreamExecutionEnvironment environment(int parallelism) {
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
  }

  /** Starts the cluster, with as many slots as the environment's parallelism, and the job. */
  public JobClient submit(StreamExecutionEnvironment env, String name) throws Exception {
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName(name);
    MiniCluster started =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(env.getParallelism())
                .build());
    cluster = started;
    started.start();
    JobID id = started.submitJob(graph).get().getJobID();
    JobClient submitted =
        new MiniClusterJobClient(
            id, started, LocalFlink.class.getClassLoader(), JobFinalizationBehavior.NOTHING);
    job = submitted;
    return submitted;
  }

  /**
   * Address of the web interface.
   *
   * @throws IllegalStateException if no job was submitted yet
   */
  public URI webInterface() throws InterruptedException, ExecutionException {
    if (cluster == null) {
      throw new IllegalStateException("Submit a job first");
    }
    return cluster.getRestAddress().get();
  }

  /**
   * Ends everything. The thread's interruption, which is how Ctrl-C gets here, has served its
   * purpose then and is cleared: what closes after this must be able to wait.
   */
  @Override
  public void close() throws IOException {
    Thread.interrupted();
    try {
      endJob();
    } finally {
      try {
        endCluster();
      } finally {
        FileUtils.deleteDirectory(folder.toFile());
      }
    }
  }

  private void endJob() throws IOException {
    if (job == null || job.getJobExecutionResult().isDone()) {
      return;
    }
    try {
      job.cancel().get(CANCEL_SECONDS, TimeUnit.SECONDS);
      job.getJobExecutionResult()
          .handle((result, cancelled) -> result)
          .get(CANCEL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // It ended by itself in the meantime.
    } catch (TimeoutException e) {
      throw new IOException("The job did not end within " + CANCEL_SECONDS + " s", e);
    } catch (InterruptedException e) {
      // In a hurry: the cluster ends it.
    } finally {
      job = null;
    }
  }

  private void endCluster() throws IOException {
    if (cluster == null) {
      return;
    }
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IOException("Flink did not end in good order: " + e.getMessage(), e);
    } finally {
      cluster = null;
    }
  }
}
