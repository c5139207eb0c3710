package io.tidemark.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.cli.alert.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where Alertmanager delivers notifications: a pager or ticket system that only remembers. The
 * thread of the server writes, any thread reads.
 */
final class Webhook implements AutoCloseable {
  private final List<Alert> alerts = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  private Webhook(HttpServer server) {
    this.server = server;
  }

  static Webhook start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Webhook webhook = new Webhook(server);
    server.createContext("/", webhook::take);
    server.start();
    return webhook;
  }

  /** As {@code host:port}. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Everything that was delivered, in order; an alert once per notification that holds it. */
  List<Alert> alerts() {
    return List.copyOf(alerts);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      Yaml payload = Yaml.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      payload
          .get("alerts")
          .items()
          .map(alert -> new Alert(payload.get("receiver").text(), alert))
          .forEach(alerts::add);
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /**
   * One alert of a notification.
   *
   * @param receiver whom Alertmanager told
   */
  record Alert(String receiver, Yaml yaml) {
    String name() {
      return label("alertname");
    }

    String label(String name) {
      return yaml.get("labels").get(name).text();
    }

    String annotation(String name) {
      return yaml.get("annotations").get(name).text();
    }
  }
}
