package io.tidemark.jobs.savepoint;

import io.tidemark.jobs.state.StateManifest;
import org.jspecify.annotations.Nullable;

/**
 * The state of one operator in a savepoint.
 *
 * @param id Flink's, made of the uid, in hexadecimal form
 * @param uid null where the savepoint does not tell
 * @param manifest what it says of itself; null where it is of no feature operator, or of a release
 *     before there were manifests
 * @param legacyLayout what that release said in its place; null where neither is there
 */
public record HeldOperator(
    String id,
    @Nullable String uid,
    @Nullable StateManifest manifest,
    @Nullable String legacyLayout) {

  /** Its uid, or else its id. */
  public String label() {
    return uid == null ? id : uid;
  }
}
