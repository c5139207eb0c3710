package io.tidemark.jobs.feature;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What windows that only grow held when the log's oldest entry came: the aggregates of what was
 * dropped, from which an answer behind the head is computed. It is read and written only when
 * something is dropped, or asked for behind the head.
 *
 * <p>Mutable and not thread-safe.
 */
final class GrowthBase {
  private static final long ID = -2;
  private static final byte FORMAT = 1;

  private final LogState state;
  private final LogWindow[] windows;

  /**
   * @param state to be filled
   * @param windows those that grow
   */
  GrowthBase(LogState state, LogWindow... windows) {
    this.state = state;
    this.windows = windows;
  }

  LogState state() {
    return state;
  }

  /** Of one of those that grow. */
  LogWindow window(int position) {
    return windows[position];
  }

  void clear() {
    for (LogWindow window : windows) {
      window.clear(state);
    }
  }

  void load(ChunkStore store) throws Exception {
    byte @Nullable [] bytes = store.get(ID);
    if (bytes == null) {
      clear();
      return;
    }
    ByteReader in = new ByteReader(bytes);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "The base of growing windows in format version "
              + format
              + ", but this release reads version "
              + FORMAT);
    }
    for (LogWindow window : windows) {
      window.read(state, in);
    }
  }

  void save(ChunkStore store, ByteWriter out) throws Exception {
    store.put(ID, toBytes(out));
  }

  private byte[] toBytes(ByteWriter out) throws IOException {
    out.reset();
    out.writeByte(FORMAT);
    for (LogWindow window : windows) {
      window.write(state, out);
    }
    return out.toBytes();
  }

  void add(LogChunk chunk) {
    for (int i = 0; i < chunk.size(); i++) {
      for (LogWindow window : windows) {
        window.add(state, chunk.cells(), chunk.at(i));
      }
    }
  }
}
