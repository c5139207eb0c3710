package io.tidemark.cli.chaos;

import io.tidemark.cli.cluster.Role;

/** What is done to a process; it is started again each time. */
enum FaultKind {
  TASK_MANAGER_KILLED("task manager killed", Role.TASK_MANAGER, false),
  JOB_MANAGER_KILLED("job manager killed", Role.JOB_MANAGER, false),
  BROKER_KILLED("broker killed", Role.KAFKA, false),
  BROKER_STOPPED("broker stopped", Role.KAFKA, true);

  private final String label;
  private final Role role;
  private final boolean orderly;

  FaultKind(String label, Role role, boolean orderly) {
    this.label = label;
    this.role = role;
    this.orderly = orderly;
  }

  /** What a table calls it. */
  String label() {
    return label;
  }

  /** Whom it hits. */
  Role role() {
    return role;
  }

  /** Whether the process is told to end; else it is killed. */
  boolean isOrderly() {
    return orderly;
  }
}
