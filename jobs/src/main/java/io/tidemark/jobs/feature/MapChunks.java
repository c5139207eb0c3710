package io.tidemark.jobs.feature;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one key has stored, in a map. */
record MapChunks(Map<Long, byte[]> stored) implements ChunkStore {
  @Override
  public byte @Nullable [] get(long id) {
    return stored.get(id);
  }

  @Override
  public void put(long id, byte[] chunk) {
    stored.put(id, chunk);
  }

  @Override
  public void remove(long id) {
    stored.remove(id);
  }

  @Override
  public void clear() {
    stored.clear();
  }
}
