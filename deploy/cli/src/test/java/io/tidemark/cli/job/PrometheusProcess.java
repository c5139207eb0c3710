package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.cli.cluster.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real Prometheus as a process of its own, on the loopback. */
final class PrometheusProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long POLL_MILLIS = 100;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path log;
  private final URI address;
  private final Process process;

  private PrometheusProcess(Path folder, Path configuration) throws IOException {
    this.log = folder.resolve("prometheus.log");
    this.address = URI.create("http://127.0.0.1:" + new FreePorts().next());
    this.process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("prometheus-data"),
                "--web.listen-address=" + address.getAuthority(),
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /**
   * Returns when it is ready.
   *
   * @param folder an empty one, for its data
   * @param configuration the text of its {@code prometheus.yml}; files it names by a relative path
   *     are looked up in the folder
   */
  static PrometheusProcess start(Path folder, String configuration) throws Exception {
    Path file = Files.writeString(folder.resolve("prometheus.yml"), configuration);
    PrometheusProcess prometheus = new PrometheusProcess(folder, file);
    try {
      prometheus.awaitReady();
      return prometheus;
    } catch (Throwable e) {
      prometheus.close();
      throw e;
    }
  }

  /** A configuration that scrapes endpoints every second, as one job named {@code tidemark}. */
  static String scraping(URI... endpoints) {
    return """
    global:
      scrape_interval: 1s
      evaluation_interval: 1s
    scrape_configs:
      - job_name: tidemark
        static_configs:
          - targets: [%s]
    """
        .formatted(
            Stream.of(endpoints)
                .map(endpoint -> "'" + endpoint.getAuthority() + "'")
                .collect(Collectors.joining(", ")));
  }

  /** Its web interface and API. */
  URI address() {
    return address;
  }

  /**
   * What an expression is now.
   *
   * @throws IllegalArgumentException if Prometheus refuses it
   */
  List<Sample> query(String expression) throws IOException, InterruptedException {
    return samples(get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8)));
  }

  /**
   * The answer of its API as it came.
   *
   * @param path from the root, such as {@code /api/v1/alerts}
   * @throws IllegalArgumentException if Prometheus refuses it
   */
  String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    if (response.statusCode() != 200) {
      throw new IllegalArgumentException(path + ": " + response.body());
    }
    return response.body();
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
        throw new IOException("Prometheus does not answer: " + Files.readString(log, UTF_8));
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private boolean isReady() throws IOException, InterruptedException {
    try {
      return send("/-/ready").statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE).build();
    return client.send(request, BodyHandlers.ofString(UTF_8));
  }

  private static List<Sample> samples(String json) throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      Map<String, String> labels = Map.of();
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
          switch (parser.currentName()) {
            case "metric" -> labels = labels(parser);
            case "value" -> samples.add(new Sample(labels, value(parser)));
            default -> {}
          }
        }
      }
    }
    return samples;
  }

  private static Map<String, String> labels(JsonParser parser) throws IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      labels.put(parser.currentName(), parser.nextTextValue());
    }
    return Map.copyOf(labels);
  }

  /** Reads [time, "value"]. */
  private static double value(JsonParser parser) throws IOException {
    parser.nextToken();
    parser.nextToken();
    String text = parser.nextTextValue();
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** One series of an answer and its value. */
  record Sample(Map<String, String> labels, double value) {}
}
