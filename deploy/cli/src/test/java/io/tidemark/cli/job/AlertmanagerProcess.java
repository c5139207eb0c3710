package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.cli.alert.Yaml;
import io.tidemark.cli.cluster.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real Alertmanager as a process of its own, on the loopback. */
final class AlertmanagerProcess implements AutoCloseable {
  private static final Path ROUTES = Path.of("../alertmanager/alertmanager.yml");
  private static final String RECEIVERS = "127.0.0.1:9095";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long POLL_MILLIS = 100;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final URI address;
  private final Process process;

  private AlertmanagerProcess(Path folder, Path configuration) throws IOException {
    this.log = folder.resolve("alertmanager.log");
    this.address = URI.create("http://127.0.0.1:" + new FreePorts().next());
    this.process =
        new ProcessBuilder(
                "prometheus-alertmanager",
                "--config.file=" + configuration,
                "--storage.path=" + folder.resolve("alertmanager-data"),
                "--web.listen-address=" + address.getAuthority(),
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /**
   * Starts it with the routes that are shipped, in {@link LapsedTime}; returns when it is ready.
   *
   * @param folder an empty one, for its data
   * @param webhook stands for both receivers
   */
  static AlertmanagerProcess start(Path folder, Webhook webhook) throws Exception {
    String routes = LapsedTime.of(Files.readString(ROUTES));
    Path configuration =
        Files.writeString(
            folder.resolve("alertmanager.yml"), routes.replace(RECEIVERS, webhook.authority()));
    AlertmanagerProcess alertmanager = new AlertmanagerProcess(folder, configuration);
    try {
      alertmanager.awaitReady();
      return alertmanager;
    } catch (Throwable e) {
      alertmanager.close();
      throw e;
    }
  }

  /** As {@code host:port}. */
  String authority() {
    return address.getAuthority();
  }

  /** The alerts it holds, as its API tells them. */
  List<Yaml> alerts() throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request("/api/v2/alerts").GET());
    return Yaml.parse(answer.body()).items().toList();
  }

  /** Raises alerts, as a Prometheus would. */
  void raise(List<Map<String, String>> alerts) throws IOException, InterruptedException {
    String json =
        alerts.stream()
            .map(AlertmanagerProcess::json)
            .map("{\"labels\":%s}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    HttpResponse<String> answer =
        send(
            request("/api/v2/alerts")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    if (answer.statusCode() != 200) {
      throw new IllegalArgumentException(json + ": " + answer.body());
    }
  }

  private static String json(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> "\"%s\":\"%s\"".formatted(label.getKey(), label.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
        throw new IOException("Alertmanager does not answer: " + Files.readString(log, UTF_8));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private boolean isReady() throws IOException, InterruptedException {
    try {
      return send(request("/-/ready").GET()).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString(UTF_8));
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
