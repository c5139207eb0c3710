package io.tidemark.cli.bench.scoring;

import java.nio.file.Path;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink in this process for one job of one subtask after another. One for each job would load
 * Flink's classes anew each time, and have the compiler at work while the job is measured.
 *
 * <p>Not thread-safe.
 */
final class ScoringFlink implements AutoCloseable {
  private final MiniCluster cluster;

  private ScoringFlink(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static ScoringFlink start() throws Exception {
    String folder = Path.of(System.getProperty("java.io.tmpdir")).toString();
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder);
    configuration.set(WebOptions.TMP_DIR, folder);
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.set(RestOptions.ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_ADDRESS, "localhost");
    configuration.set(RestOptions.BIND_PORT, "0");
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    return new ScoringFlink(cluster);
  }

  /** Where a job is to be defined. */
  StreamExecutionEnvironment environment() {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    return StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
  }

  /** Runs a job to its end. */
  void run(StreamExecutionEnvironment env) throws Exception {
    JobID job = cluster.submitJob(env.getStreamGraph()).get().getJobID();
    cluster.requestJobResult(job).get().toJobExecutionResult(ScoringFlink.class.getClassLoader());
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
