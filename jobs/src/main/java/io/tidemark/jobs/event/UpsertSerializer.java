package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes an {@link Upsert}. */
public final class UpsertSerializer extends RecordSerializer<Upsert> {
  private static final long serialVersionUID = 1L;

  public static final UpsertSerializer INSTANCE = new UpsertSerializer();

  private UpsertSerializer() {
    super("An upsert", 1);
  }

  @Override
  void write(Upsert upsert, DataOutputView out) throws IOException {
    Varint.writeBytes(upsert.key(), out);
    Varint.writeBytes(upsert.value(), out);
  }

  @Override
  Upsert read(int version, DataInputView in) throws IOException {
    byte[] key = Varint.readBytes(in);
    if (key == null) {
      throw new IOException("An upsert without a key: it is damaged");
    }
    return new Upsert(key, Varint.readBytes(in));
  }

  @Override
  public TypeSerializerSnapshot<Upsert> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Upsert> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
