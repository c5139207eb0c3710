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
 * @param inFlight vectors that an asynchronous scorer had not answered, if any; null where it is of
 *     no such scorer
 */
public record HeldOperator(
    String id,
    @Nullable String uid,
    @Nullable StateManifest manifest,
    @Nullable String legacyLayout,
    @Nullable InFlight inFlight) {

  /** The state of a feature operator. */
  public HeldOperator(
      String id,
      @Nullable String uid,
      @Nullable StateManifest manifest,
      @Nullable String legacyLayout) {
    this(id, uid, manifest, legacyLayout, null);
  }

  /**
   * Vectors that waited for their scores.
   *
   * @param count how many
   * @param columnsDigest which columns they have, see {@link
   *     io.tidemark.jobs.event.VectorColumns#digest}; 0 where there are none
   */
  public record InFlight(int count, int columnsDigest) {}

  /** Its uid, or else its id. */
  public String label() {
    return uid == null ? id : uid;
  }
}
