package io.tidemark.jobs.event;

import java.io.Serializable;

/**
 * Which version of which model a vector is to be scored by, said before it reaches the scorer; it
 * stays with the vector through checkpoints, so that it is scored again by the same version.
 *
 * @param version as its contract spells it
 * @param sha256 of the model file, in lower-case hexadecimal
 * @param uri of the file where it did not travel with the job, on a file system of Flink's that
 *     every task manager can read; empty where it did
 * @param route why it was this version, such as {@code stable} or {@code canary}
 */
public record ModelStamp(String model, String version, String sha256, String uri, String route)
    implements Serializable {
  /** The route of what no rollout has touched. */
  public static final String STABLE = "stable";
}
