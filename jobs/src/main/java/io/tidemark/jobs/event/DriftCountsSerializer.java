package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes {@link DriftCounts}; most cells take one or two bytes. */
public final class DriftCountsSerializer extends RecordSerializer<DriftCounts> {
  private static final long serialVersionUID = 1L;

  public static final DriftCountsSerializer INSTANCE = new DriftCountsSerializer();

  private DriftCountsSerializer() {
    super("Drift counts", 1);
  }

  @Override
  void write(DriftCounts drift, DataOutputView out) throws IOException {
    out.writeLong(drift.windowStartMillis());
    out.writeLong(drift.windowEndMillis());
    out.writeUTF(drift.version());
    out.writeInt(drift.gridDigest());
    out.writeLong(drift.firstMillis());
    out.writeLong(drift.lastMillis());
    Varint.write(drift.counts().length, out);
    for (long count : drift.counts()) {
      Varint.writeLong(count, out);
    }
  }

  @Override
  DriftCounts read(int version, DataInputView in) throws IOException {
    long windowStartMillis = in.readLong();
    long windowEndMillis = in.readLong();
    String modelVersion = in.readUTF();
    int gridDigest = in.readInt();
    long firstMillis = in.readLong();
    long lastMillis = in.readLong();
    long[] counts = new long[Varint.read(in)];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Varint.readLong(in);
    }
    return new DriftCounts(
        windowStartMillis,
        windowEndMillis,
        modelVersion,
        gridDigest,
        firstMillis,
        lastMillis,
        counts);
  }

  @Override
  public TypeSerializerSnapshot<DriftCounts> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<DriftCounts> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
