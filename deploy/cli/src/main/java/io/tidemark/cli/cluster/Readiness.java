package io.tidemark.cli.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Waits until every part of a cluster that is starting does its work. */
final class Readiness {
  private static final long POLL_MILLIS = 100;
  private static final Duration REQUEST = Duration.ofSeconds(2);

  /** One that ended so often while the cluster starts will not get going. */
  private static final int MOST_RESTARTS = 3;

  private static final int SHOWN_LINES = 8;

  private final ClusterFolder folder;
  private final Duration patience;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(REQUEST).build();

  Readiness(ClusterFolder folder, Duration patience) {
    this.folder = folder;
    this.patience = patience;
  }

  /**
   * Returns when the cluster takes jobs.
   *
   * @throws IOException if a process does not get going, with what it wrote last
   */
  void await() throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    List<Part> waiting = new ArrayList<>(List.of(Part.values()));
    while (!waiting.isEmpty()) {
      ClusterState state = ClusterState.read(folder).orElseThrow();
      for (Part part : List.copyOf(waiting)) {
        if (isReady(part, state)) {
          waiting.remove(part);
        }
      }
      requireGoing(state);
      if (System.nanoTime() - startNanos > patience.toNanos()) {
        throw new IOException(
            waiting + " not ready after " + patience.toSeconds() + " s. See " + folder.logs());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private enum Part {
    KAFKA,
    FLINK,
    ALERTMANAGER,
    PROMETHEUS
  }

  private boolean isReady(Part part, ClusterState state) throws InterruptedException {
    return switch (part) {
      case KAFKA -> answers(state.bootstrapServers());
      case FLINK -> isComplete(state);
      case ALERTMANAGER ->
          state.alertmanagerUrl() == null || isOk(state.alertmanagerUrl() + "/-/ready");
      case PROMETHEUS -> state.prometheusUrl() == null || isOk(state.prometheusUrl() + "/-/ready");
    };
  }

  private boolean answers(String bootstrapServers) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) REQUEST.toMillis(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) REQUEST.toMillis());
    try (Admin admin = Admin.create(settings)) {
      admin.describeCluster().nodes().get(REQUEST.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private boolean isComplete(ClusterState state) throws InterruptedException {
    try {
      HttpResponse<String> answer = get(state.restUrl() + "/overview");
      return answer.statusCode() == 200
          && new ObjectMapper().readTree(answer.body()).path("taskmanagers").asInt()
              == state.taskManagers();
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isOk(String url) throws InterruptedException {
    try {
      return get(url).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(REQUEST).build();
    return http.send(request, BodyHandlers.ofString());
  }

  private void requireGoing(ClusterState state) throws IOException {
    if (state.supervisor().find().isEmpty()) {
      throw new IOException("the supervisor has ended:" + lastLines(folder.supervisorLog()));
    }
    for (ProcessState process : state.processes()) {
      if (process.restarts() >= MOST_RESTARTS) {
        throw new IOException(
            process.name()
                + " ends again and again ("
                + process.lastDeath()
                + "):"
                + lastLines(folder.logs().resolve(process.name() + ".out"))
                + lastLines(folder.logs().resolve(process.name() + ".log")));
      }
    }
  }

  private static String lastLines(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    List<String> lines = Files.readAllLines(log);
    int from = Math.max(0, lines.size() - SHOWN_LINES);
    return lines.isEmpty()
        ? ""
        : "\n" + log + "\n  " + String.join("\n  ", lines.subList(from, lines.size()));
  }
}
