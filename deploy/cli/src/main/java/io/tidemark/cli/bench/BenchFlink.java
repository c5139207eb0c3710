package io.tidemark.cli.bench;

import io.tidemark.cli.bench.WindowsCase.Backend;
import io.tidemark.jobs.ScoringJob;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink in this process for one job after another, with the settings the jobs have that
 * correctness needs, and Flink's own for everything else. Not thread-safe.
 */
final class BenchFlink implements Closeable {
  /** Subtasks per operator: what two cores keep busy. */
  static final int PARALLELISM = 2;

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  private final Path folder;
  private final MiniCluster cluster;

  private BenchFlink(Path folder, MiniCluster cluster) {
    this.folder = folder;
    this.cluster = cluster;
  }

  /**
   * @param folder for state and what its libraries leave behind
   */
  static BenchFlink start(Path folder) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder.toString());
    configuration.set(WebOptions.TMP_DIR, folder.toString());
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(PARALLELISM)
                .build());
    cluster.start();
    return new BenchFlink(folder, cluster);
  }

  /**
   * Where a job is to be defined.
   *
   * @param checkpoints whether one is taken every few seconds
   */
  StreamExecutionEnvironment environment(Backend backend, boolean checkpoints) {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend.flinkName());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    if (checkpoints) {
      configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
      configuration.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY,
          folder.resolve("checkpoints").toUri().toString());
      configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, configuration);
    env.setMaxParallelism(ScoringJob.MAX_PARALLELISM);
    return env;
  }

  /** Runs a job to its end. */
  void run(StreamExecutionEnvironment env) throws Exception {
    JobID job = cluster.submitJob(env.getStreamGraph()).get().getJobID();
    cluster.requestJobResult(job).get().toJobExecutionResult(BenchFlink.class.getClassLoader());
  }

  @Override
  public void close() throws IOException {
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IOException("Flink did not end in good order: " + e.getMessage(), e);
    }
  }
}
