package io.tidemark.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.jspecify.annotations.Nullable;

/**
 * Flink's configuration on a cluster: what stands in the checkout's file, and what is this
 * cluster's own. Memory is divided among the parts of a process as Flink's start scripts do it.
 */
final class FlinkConfiguration {
  private static final String HOST = "127.0.0.1";
  private static final String FILE = "config.yaml";

  private final ClusterFolder folder;
  private final Configuration configuration;

  private FlinkConfiguration(ClusterFolder folder, Configuration configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  /**
   * Writes the file that all processes and the client read.
   *
   * @param template folder of the file to start from
   * @param rpcPort of the job manager; with high availability each tells its own
   * @throws IOException if the file to start from, or a user's setting, cannot be used
   */
  static FlinkConfiguration write(
      Path template,
      ClusterFolder folder,
      ClusterSettings settings,
      @Nullable String zookeeper,
      int rpcPort,
      int restPort)
      throws IOException {
    Configuration configuration;
    try {
      configuration = GlobalConfiguration.loadConfiguration(template.toString());
    } catch (RuntimeException e) {
      throw new IOException(
          template.resolve(FILE) + " cannot be used: " + e.getMessage() + ". Correct it.", e);
    }
    configuration.set(JobManagerOptions.ADDRESS, HOST);
    configuration.set(JobManagerOptions.BIND_HOST, HOST);
    configuration.set(JobManagerOptions.PORT, rpcPort);
    configuration.set(TaskManagerOptions.HOST, HOST);
    configuration.set(TaskManagerOptions.BIND_HOST, HOST);
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, settings.slots());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, settings.slots());
    configuration.set(RestOptions.ADDRESS, HOST);
    configuration.set(RestOptions.BIND_ADDRESS, HOST);
    configuration.set(RestOptions.PORT, restPort);
    configuration.set(CoreOptions.TMP_DIRS, folder.temporary().toString());
    configuration.set(WebOptions.TMP_DIR, folder.temporary().toString());
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri(folder, "checkpoints"));
    configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri(folder, "savepoints"));
    if (zookeeper != null) {
      configuration.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
      configuration.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, zookeeper);
      configuration.set(HighAvailabilityOptions.HA_STORAGE_PATH, uri(folder, "ha"));
      configuration.set(HighAvailabilityOptions.HA_CLUSTER_ID, "/tidemark");
    }
    settings.flink().forEach(configuration::setString);
    Files.write(
        folder.conf().resolve(FILE),
        ConfigurationUtils.convertConfigToWritableLines(configuration, true));
    return new FlinkConfiguration(folder, configuration);
  }

  private static String uri(ClusterFolder folder, String name) {
    return folder.state().resolve(name).toUri().toString();
  }

  List<String> jobManagerOptions() throws IOException {
    JobManagerProcessSpec memory = jobManagerMemory();
    return words(JobManagerProcessUtils.generateJvmParametersStr(memory, configuration));
  }

  /**
   * @param address of its web interface
   * @param metricsPort where it serves its metrics
   */
  List<String> jobManagerArguments(String address, int metricsPort) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", folder.conf().toString()));
    arguments.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(jobManagerMemory())));
    arguments.addAll(
        dynamic(
            RestOptions.BIND_PORT.key() + "=" + port(address),
            RestOptions.PORT.key() + "=" + port(address),
            metricsPort(metricsPort)));
    return arguments;
  }

  List<String> taskManagerOptions() throws IOException {
    return Stream.of(
            ProcessMemoryUtils.generateJvmParametersStr(taskManagerMemory()),
            configuration.get(CoreOptions.FLINK_TM_JVM_OPTIONS))
        .flatMap(options -> words(options).stream())
        .toList();
  }

  /**
   * @param name which it keeps when it is started again: the job manager then knows at once that
   *     the one before is gone
   * @param address where other processes call it
   */
  List<String> taskManagerArguments(String name, String address, int metricsPort)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--configDir", folder.conf().toString()));
    arguments.addAll(
        words(TaskExecutorProcessUtils.generateDynamicConfigsStr(taskManagerMemory())));
    arguments.addAll(
        dynamic(
            TaskManagerOptions.TASK_MANAGER_RESOURCE_ID.key() + "=" + name,
            TaskManagerOptions.RPC_PORT.key() + "=" + port(address),
            metricsPort(metricsPort)));
    return arguments;
  }

  private JobManagerProcessSpec jobManagerMemory() throws IOException {
    try {
      return JobManagerProcessUtils.processSpecFromConfig(configuration);
    } catch (IllegalConfigurationException e) {
      throw new IOException("The job manager's memory cannot be divided: " + e.getMessage(), e);
    }
  }

  private TaskExecutorProcessSpec taskManagerMemory() throws IOException {
    try {
      return TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    } catch (IllegalConfigurationException e) {
      throw new IOException("A task manager's memory cannot be divided: " + e.getMessage(), e);
    }
  }

  private static String metricsPort(int port) {
    return "metrics.reporter.prom.port=" + port;
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private static List<String> dynamic(String... settings) {
    return Arrays.stream(settings).flatMap(setting -> List.of("-D", setting).stream()).toList();
  }

  private static List<String> words(String line) {
    return Arrays.stream(line.trim().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
