package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import io.tidemark.runtime.FinishedJobs;
import io.tidemark.runtime.FinishedJobsCollector;
import io.tidemark.runtime.SeriesCollector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.NullMarked;

/**
 * Serves Flink's metrics to Prometheus as Flink's own reporter does, and Tidemark's, whose names
 * begin with {@code tidemark_}, as {@link SeriesCollector} says: under their own name, without the
 * scope of the operator before it; the scope's variables, such as {@code job_name}, {@code
 * operator_name} and {@code subtask_index}, and the key/value groups are labels in both. Beside
 * them, which of the process's jobs have finished: no metric of a job outlives it.
 *
 * <p>In Flink's package because what the two share is seen only there.
 */
@NullMarked
public final class TidemarkPrometheusReporter extends AbstractPrometheusReporter {
  private final SeriesCollector series = new SeriesCollector();
  private final HTTPServer server;
  private boolean filtersLabelValues;

  /**
   * Listens from now on.
   *
   * @param portRange how the user wrote {@code ports}
   * @throws IllegalStateException if none of the ports is free
   */
  TidemarkPrometheusReporter(String host, String portRange, Iterator<Integer> ports) {
    server = listen(host, portRange, ports);
    registry.register(series);
    registry.register(new FinishedJobsCollector(FinishedJobs.ofProcess(), this::labelValue));
  }

  private HTTPServer listen(String host, String portRange, Iterator<Integer> ports) {
    if (new InetSocketAddress(host, 0).isUnresolved()) {
      throw new IllegalStateException(
          "Metrics cannot be served: host '%s' is unknown. Set 'host' to an address of this machine"
              .formatted(host));
    }
    IOException last = null;
    while (ports.hasNext()) {
      try {
        HTTPServer started =
            new HTTPServer(new InetSocketAddress(host, ports.next()), registry, true);
        log.info("Metrics are served at http://{}:{}/metrics", host, started.getPort());
        return started;
      } catch (IOException e) {
        last = e; // taken; the next one, then
      }
    }
    throw new IllegalStateException(
        "Metrics cannot be served at %s, port '%s': %s. Set 'port' to a range with a free one"
            .formatted(host, portRange, last == null ? "no port" : last.getMessage()),
        last);
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void open(MetricConfig config) {
    super.open(config);
    filtersLabelValues =
        config.getBoolean(
            PrometheusPushGatewayReporterOptions.FILTER_LABEL_VALUE_CHARACTER.key(),
            PrometheusPushGatewayReporterOptions.FILTER_LABEL_VALUE_CHARACTER.defaultValue());
  }

  @Override
  public void close() {
    server.stop();
    super.close();
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (name.startsWith(SeriesCollector.PREFIX)) {
      series.add(replaceInvalidChars(name), labels(group), metric);
    } else {
      super.notifyOfAddedMetric(metric, name, group);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    if (name.startsWith(SeriesCollector.PREFIX)) {
      series.remove(replaceInvalidChars(name), labels(group), metric);
    } else {
      super.notifyOfRemovedMetric(metric, name, group);
    }
  }

  /** The group's variables without the angle brackets that Flink writes around their names. */
  private Map<String, String> labels(MetricGroup group) {
    Map<String, String> labels = new LinkedHashMap<>();
    group
        .getAllVariables()
        .forEach(
            (name, value) ->
                labels.put(
                    replaceInvalidChars(name.substring(1, name.length() - 1)), labelValue(value)));
    return labels;
  }

  private String labelValue(String value) {
    return filtersLabelValues ? replaceInvalidChars(value) : value;
  }
}
