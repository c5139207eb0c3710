package io.tidemark.jobs.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The latest word on one key of a compacted topic: it replaces what the topic held for the key.
 *
 * @param value null where the topic is to forget the key
 */
public record Upsert(byte[] key, byte @Nullable [] value) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Upsert upsert
        && Arrays.equals(key, upsert.key)
        && Arrays.equals(value, upsert.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }
}
