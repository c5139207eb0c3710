package io.tidemark.jobs.drift;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;

/** What a task registers, by name and our labels, such as {@code x{feature=amount,model=shop}}. */
final class RegisteredMetrics {
  private final Map<String, Metric> metrics = new TreeMap<>();

  /** A task whose metrics come here. */
  TaskMetricGroup task() {
    TestingMetricRegistry registry =
        TestingMetricRegistry.builder()
            .setRegisterConsumer(
                (metric, name, group) ->
                    metrics.put(
                        name
                            + group.getAllVariables().entrySet().stream()
                                .filter(label -> isOurs(label.getKey()))
                                .map(
                                    label ->
                                        label.getKey().replaceAll("[<>]", "")
                                            + "="
                                            + label.getValue())
                                .sorted()
                                .collect(Collectors.joining(",", "{", "}")),
                        metric))
            .build();
    return TaskManagerMetricGroup.createTaskManagerMetricGroup(
            registry, "host", ResourceID.generate())
        .addJob(new JobID(), "job")
        .addTask(ExecutionAttemptID.randomId(), "task");
  }

  private static boolean isOurs(String label) {
    return label.matches("<(model|version|kind|feature)>");
  }

  double gauge(String series) {
    return (Double) ((Gauge<?>) metric(series)).getValue();
  }

  long count(String series) {
    return ((Counter) metric(series)).getCount();
  }

  private Metric metric(String series) {
    Metric metric = metrics.get(series);
    if (metric == null) {
      throw new AssertionError("No " + series + " among " + metrics.keySet());
    }
    return metric;
  }
}
