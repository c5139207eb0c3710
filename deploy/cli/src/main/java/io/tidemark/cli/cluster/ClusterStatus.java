package io.tidemark.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster is at a moment.
 *
 * @param processes in the order in which they are started
 */
public record ClusterStatus(
    String bootstrapServers,
    String restUrl,
    @Nullable String zookeeper,
    @Nullable String prometheusUrl,
    @Nullable String alertmanagerUrl,
    String logs,
    List<Line> processes) {
  private static final String ROW = "%-16s %-7s %8s %9s %8s  %s%n";

  /**
   * A process.
   *
   * @param state {@code running}, or {@code ended} until it is started again
   * @param pid 0 where it has ended
   * @param uptimeSeconds 0 where it has ended
   * @param lastDeath how it ended last, null if it never did
   */
  public record Line(
      String name,
      String role,
      String state,
      long pid,
      long uptimeSeconds,
      int restarts,
      String address,
      @Nullable String lastDeath) {}

  public static ClusterStatus of(ClusterState state, Instant now) {
    return new ClusterStatus(
        state.bootstrapServers(),
        state.restUrl(),
        state.zookeeper(),
        state.prometheusUrl(),
        state.alertmanagerUrl(),
        state.logs(),
        state.processes().stream().map(process -> line(process, now)).toList());
  }

  private static Line line(ProcessState process, Instant now) {
    Optional<ProcessHandle> running = process.process().find();
    long uptimeMillis =
        running.isEmpty() ? 0 : now.toEpochMilli() - process.process().startedAtMillis();
    return new Line(
        process.name(),
        process.role().label(),
        running.isEmpty() ? "ended" : "running",
        running.map(ProcessHandle::pid).orElse(0L),
        Math.max(0, uptimeMillis / 1_000),
        process.restarts(),
        process.address(),
        process.lastDeath());
  }

  public String json() throws JsonProcessingException {
    return new ObjectMapper().writeValueAsString(this);
  }

  public String table() {
    return String.format(
            Locale.ROOT, ROW, "process", "state", "pid", "uptime", "restarts", "address")
        + processes.stream()
            .map(
                line ->
                    String.format(
                        Locale.ROOT,
                        ROW,
                        line.name,
                        line.state,
                        line.pid == 0 ? "-" : line.pid,
                        line.pid == 0 ? "-" : shown(Duration.ofSeconds(line.uptimeSeconds)),
                        line.restarts,
                        line.address))
            .collect(Collectors.joining())
            .stripTrailing();
  }

  private static String shown(Duration uptime) {
    return String.format(
        Locale.ROOT,
        "%d:%02d:%02d",
        uptime.toHours(),
        uptime.toMinutesPart(),
        uptime.toSecondsPart());
  }
}
