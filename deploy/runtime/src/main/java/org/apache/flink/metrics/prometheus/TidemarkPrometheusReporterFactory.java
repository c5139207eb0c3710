package org.apache.flink.metrics.prometheus;

import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.util.NetUtils;
import org.jspecify.annotations.NullMarked;

/**
 * Makes a {@link TidemarkPrometheusReporter} where Flink's configuration asks for it:
 *
 * <pre>{@code
 * metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.TidemarkPrometheusReporterFactory
 * metrics.reporter.prom.host: 127.0.0.1
 * metrics.reporter.prom.port: 9249-9260
 * metrics.reporter.prom.filterLabelValueCharacters: false
 * }</pre>
 *
 * <ul>
 *   <li>{@code port}: a port, a range or a list; the first free one is taken; 9249 by default
 *   <li>{@code host}: the address it listens at; all of the machine's by default, as Flink's own
 *       reporter does. There is no authentication: who can reach the port can read the metrics
 *   <li>{@code filterLabelValueCharacters}: whether letters that Flink fears in the values of
 *       labels become underscores; Prometheus needs it not, and false keeps names as they are
 * </ul>
 *
 * <p>It must lie in Flink's {@code lib/}, beside flink-metrics-prometheus, and not in {@code
 * plugins/}: jobs and reporter must see the same histogram class.
 */
@NullMarked
public final class TidemarkPrometheusReporterFactory implements MetricReporterFactory {
  private static final String DEFAULT_PORT = "9249";
  private static final String ALL_ADDRESSES = "0.0.0.0";

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    MetricConfig config = (MetricConfig) properties;
    String ports = config.getString("port", DEFAULT_PORT);
    return new TidemarkPrometheusReporter(
        config.getString("host", ALL_ADDRESSES), ports, NetUtils.getPortRangeFromString(ports));
  }
}
