package io.tidemark.cli.cluster;

import java.time.Duration;

/** What a process is to the cluster, in the order in which they are started. */
public enum Role {
  ZOOKEEPER("zookeeper", Duration.ofSeconds(5)),
  KAFKA("kafka", Duration.ofSeconds(20)),
  JOB_MANAGER("jobmanager", Duration.ofSeconds(10)),
  TASK_MANAGER("taskmanager", Duration.ofSeconds(10)),
  ALERTMANAGER("alertmanager", Duration.ofSeconds(5)),
  PROMETHEUS("prometheus", Duration.ofSeconds(5));

  private final String label;
  private final Duration patience;

  Role(String label, Duration patience) {
    this.label = label;
    this.patience = patience;
  }

  /** What users call it. */
  public String label() {
    return label;
  }

  /** How long it may take to end in good order before it is killed. */
  Duration patience() {
    return patience;
  }
}
