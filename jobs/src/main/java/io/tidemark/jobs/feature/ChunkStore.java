package io.tidemark.jobs.feature;

import org.jspecify.annotations.Nullable;

/** The sealed chunks of the current key's log. */
interface ChunkStore {
  byte @Nullable [] get(long id) throws Exception;

  void put(long id, byte[] chunk) throws Exception;

  void remove(long id) throws Exception;

  /** Removes all that the current key has. */
  void clear() throws Exception;
}
