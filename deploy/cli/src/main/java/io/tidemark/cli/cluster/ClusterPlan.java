package io.tidemark.cli.cluster;

import io.tidemark.cli.broker.KafkaNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the configuration of a new cluster and says which processes it consists of. */
final class ClusterPlan {
  private static final String HOST = "127.0.0.1";

  private final Checkout checkout;
  private final ClusterFolder folder;
  private final ClusterSettings settings;
  private final String classPath;
  private final FreePorts ports = new FreePorts();
  private final List<ProcessState> processes = new ArrayList<>();

  /** Where Prometheus finds series, as lines of its list of targets. */
  private final List<String> targets = new ArrayList<>();

  private ClusterPlan(
      Checkout checkout, ClusterFolder folder, ClusterSettings settings, String classPath) {
    this.checkout = checkout;
    this.folder = folder;
    this.settings = settings;
    this.classPath = classPath;
  }

  /**
   * A cluster of which nothing runs yet.
   *
   * @param classPath of this program
   */
  static ClusterState write(
      Checkout checkout, ClusterFolder folder, ClusterSettings settings, String classPath)
      throws IOException {
    return new ClusterPlan(checkout, folder, settings, classPath).write();
  }

  private ClusterState write() throws IOException {
    folder.create();
    Libraries.keep(checkout.flinkLibraries(), folder.flinkLibraries());
    for (String file : List.of("log4j.properties", "log4j-client.properties")) {
      Files.copy(checkout.local().resolve(file), folder.conf().resolve(file));
    }
    @Nullable String zookeeper = settings.highAvailability() ? zookeeper() : null;
    String bootstrapServers = kafka();
    String restUrl = flink(zookeeper);
    @Nullable String alertmanagerUrl = alertmanager();
    @Nullable String prometheusUrl = prometheus(alertmanagerUrl);
    return new ClusterState(
        ClusterState.FORMAT,
        bootstrapServers,
        restUrl,
        zookeeper,
        prometheusUrl,
        alertmanagerUrl,
        folder.conf().toString(),
        folder.logs().toString(),
        settings.taskManagers(),
        false,
        ProcessId.NONE,
        processes);
  }

  private String zookeeper() throws IOException {
    String address = HOST + ":" + ports.next();
    Path file = folder.conf().resolve("zoo.cfg");
    Files.writeString(
        file,
        """
        tickTime=1000
        initLimit=10
        syncLimit=5
        admin.enableServer=false
        dataDir=%s
        clientPortAddress=%s
        clientPort=%s
        server.1=%s:%d:%d
        """
            .formatted(
                folder.data().resolve("zookeeper"),
                HOST,
                address.substring(HOST.length() + 1),
                HOST,
                ports.next(),
                ports.next()));
    add(
        "zookeeper",
        Role.ZOOKEEPER,
        address,
        java("zookeeper")
            .option("-Xmx128m")
            .main(
                flinkClassPath(),
                "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
                List.of("--zkConfigFile", file.toString(), "--peerId", "1")));
    return address;
  }

  private String kafka() throws IOException {
    KafkaNode node =
        new KafkaNode(
            Files.createDirectories(folder.data().resolve("kafka")), ports.next(), ports.next());
    node.format();
    Path file = folder.conf().resolve("server.properties");
    node.writeSettings(file);
    String address = HOST + ":" + node.port();
    add(
        "kafka",
        Role.KAFKA,
        address,
        java("kafka").option("-Xmx256m").main(classPath, "kafka.Kafka", List.of(file.toString())));
    return address;
  }

  private String flink(@Nullable String zookeeper) throws IOException {
    int restPort = ports.next();
    FlinkConfiguration flink =
        FlinkConfiguration.write(
            checkout.local(), folder, settings, zookeeper, ports.next(), restPort);
    for (int i = 1; i <= settings.jobManagers(); i++) {
      String name = "jobmanager-" + i;
      String address = HOST + ":" + (i == 1 ? restPort : ports.next());
      add(
          name,
          Role.JOB_MANAGER,
          address,
          java(name)
              .options(flink.jobManagerOptions())
              .main(
                  flinkClassPath(),
                  "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                  flink.jobManagerArguments(address, target("jobmanager", name))));
    }
    for (int i = 1; i <= settings.taskManagers(); i++) {
      String name = "taskmanager-" + i;
      String address = HOST + ":" + ports.next();
      add(
          name,
          Role.TASK_MANAGER,
          address,
          java(name)
              .options(flink.taskManagerOptions())
              .main(
                  flinkClassPath(),
                  "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                  flink.taskManagerArguments(name, address, target("taskmanager", name))));
    }
    return "http://" + HOST + ":" + restPort;
  }

  /** A port for the metrics of a process, which Prometheus is told of. */
  private int target(String role, String name) throws IOException {
    int port = ports.next();
    targets.add(
        "  {\"targets\": [\"%s:%d\"], \"labels\": {\"role\": \"%s\", \"process\": \"%s\"}}"
            .formatted(HOST, port, role, name));
    return port;
  }

  private @Nullable String alertmanager() throws IOException {
    Optional<Path> program = Programs.find("alertmanager", "prometheus-alertmanager");
    Path settingsFile = checkout.alertmanager().resolve("alertmanager.yml");
    if (program.isEmpty() || !Files.isRegularFile(settingsFile)) {
      return null;
    }
    Path file = copied(checkout.alertmanager()).resolve(settingsFile.getFileName());
    if (settings.webhook() != null) {
      Files.writeString(
          file, Files.readString(file).replace(ClusterSettings.WEBHOOK, settings.webhook()));
    }
    String address = HOST + ":" + ports.next();
    add(
        "alertmanager",
        Role.ALERTMANAGER,
        address,
        List.of(
            program.get().toString(),
            "--config.file=" + file,
            "--storage.path=" + folder.data().resolve("alertmanager"),
            "--web.listen-address=" + address,
            "--cluster.listen-address="));
    return "http://" + address;
  }

  /** Its configuration names two lists beside it, of what it scrapes and whom it tells. */
  private @Nullable String prometheus(@Nullable String alertmanagerUrl) throws IOException {
    Optional<Path> program = Programs.find("prometheus");
    Path settingsFile = checkout.prometheus().resolve("prometheus.yml");
    if (program.isEmpty() || !Files.isRegularFile(settingsFile)) {
      return null;
    }
    Path conf = copied(checkout.prometheus());
    writeTargets(conf.resolve("targets.json"), targets);
    writeTargets(
        conf.resolve("alertmanagers.json"),
        Stream.ofNullable(alertmanagerUrl)
            .map(url -> "  {\"targets\": [\"%s\"]}".formatted(url.substring("http://".length())))
            .toList());
    String address = HOST + ":" + ports.next();
    add(
        "prometheus",
        Role.PROMETHEUS,
        address,
        List.of(
            program.get().toString(),
            "--config.file=" + conf.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + folder.data().resolve("prometheus"),
            "--web.listen-address=" + address,
            "--log.level=warn"));
    return "http://" + address;
  }

  private static void writeTargets(Path file, List<String> lines) throws IOException {
    Files.writeString(file, lines.stream().collect(Collectors.joining(",\n", "[\n", "\n]\n")));
  }

  /** A folder of configuration, as it is now. */
  private Path copied(Path from) throws IOException {
    Path to = Files.createDirectories(folder.conf().resolve(from.getFileName()));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  private JavaCommand java(String name) {
    return new JavaCommand()
        .option("-XX:+UseG1GC")
        .option("-Djava.io.tmpdir=" + folder.temporary())
        .logging(folder.logs().resolve(name + ".log"), folder.conf().resolve("log4j.properties"));
  }

  private String flinkClassPath() {
    return folder.flinkLibraries().resolve("*").toString();
  }

  private void add(String name, Role role, String address, List<String> command) {
    processes.add(ProcessState.planned(name, role, address, command));
  }
}
