package io.tidemark.jobs.feature;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring tiles of one size, as they are stored together: which of them hold anything, and of
 * each that does what a window over it would hold. Mutable and not thread-safe.
 */
final class TilePage {
  private static final byte FORMAT = 1;

  /** Where each tile stands in the state. */
  private final LogWindow[] tiles;

  private final LogState state;

  /** One bit per tile that holds something. */
  private long present;

  private long id;
  private boolean current;
  private boolean changed;

  /**
   * @param state with room for the tiles
   */
  TilePage(LogState state, LogWindow... tiles) {
    this.state = state;
    this.tiles = tiles;
  }

  LogState state() {
    return state;
  }

  /** The tile if it holds something. */
  @Nullable LogWindow tile(int index) {
    return (present >>> index & 1) == 0 ? null : tiles[index];
  }

  /** The tile to add something to. */
  LogWindow tileToAdd(int index) {
    if ((present >>> index & 1) == 0) {
      tiles[index].clear(state);
      present |= 1L << index;
    }
    changed = true;
    return tiles[index];
  }

  /** Whether this is a page of the current key. */
  boolean is(long pageId) {
    return current && id == pageId;
  }

  /** Takes up a page of the current key after what was changed has been written. */
  void turnTo(long pageId, ChunkStore store, ByteWriter out) throws Exception {
    leave(store, out);
    id = pageId;
    current = true;
    present = 0;
    byte @Nullable [] bytes = store.get(pageId);
    if (bytes != null) {
      read(bytes);
    }
  }

  /** Writes what was changed; the key may be another one afterwards. */
  void leave(ChunkStore store, ByteWriter out) throws Exception {
    if (changed) {
      store.put(id, toBytes(out));
      changed = false;
    }
    current = false;
  }

  private byte[] toBytes(ByteWriter out) throws IOException {
    out.reset();
    out.writeByte(FORMAT);
    out.writeUnsigned(present);
    for (long rest = present; rest != 0; rest &= rest - 1) {
      tiles[Long.numberOfTrailingZeros(rest)].write(state, out);
    }
    return out.toBytes();
  }

  private void read(byte[] bytes) throws IOException {
    ByteReader in = new ByteReader(bytes);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "A page of tiles in format version "
              + format
              + ", but this release reads version "
              + FORMAT);
    }
    present = in.readUnsigned();
    for (long rest = present; rest != 0; rest &= rest - 1) {
      tiles[Long.numberOfTrailingZeros(rest)].read(state, in);
    }
  }
}
