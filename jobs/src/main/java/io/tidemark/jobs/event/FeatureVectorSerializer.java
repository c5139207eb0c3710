package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes a {@link FeatureVector}: its trigger, then a value and a status per column; in version 2
 * its stamp behind them, in version 1 it has none.
 */
public final class FeatureVectorSerializer extends RecordSerializer<FeatureVector> {
  private static final long serialVersionUID = 1L;

  public static final FeatureVectorSerializer INSTANCE = new FeatureVectorSerializer();

  static final int STAMPED = 2;

  private FeatureVectorSerializer() {
    super("A feature vector", STAMPED);
  }

  @Override
  int versionOf(FeatureVector vector) {
    return vector.stamp() == null ? 1 : STAMPED;
  }

  @Override
  void write(FeatureVector vector, DataOutputView out) throws IOException {
    writeVector(vector, out);
  }

  @Override
  FeatureVector read(int version, DataInputView in) throws IOException {
    return readVector(version, in);
  }

  static void writeVector(FeatureVector vector, DataOutputView out) throws IOException {
    EventSerializer.writeLanes(vector.trigger(), out);
    out.writeInt(vector.columnsDigest());
    out.writeBoolean(vector.isLate());
    Varint.write(vector.columns(), out);
    for (double value : vector.values()) {
      out.writeDouble(value);
    }
    out.write(vector.statuses());
    ModelStamp stamp = vector.stamp();
    if (stamp != null) {
      out.writeUTF(stamp.model());
      out.writeUTF(stamp.version());
      out.writeUTF(stamp.sha256());
      out.writeUTF(stamp.uri());
      out.writeUTF(stamp.route());
    }
  }

  /**
   * @param version of what holds the vector
   */
  static FeatureVector readVector(int version, DataInputView in) throws IOException {
    Event trigger = EventSerializer.readLanes(in);
    int columnsDigest = in.readInt();
    boolean late = in.readBoolean();
    double[] values = new double[Varint.read(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    byte[] statuses = new byte[values.length];
    in.readFully(statuses);
    FeatureVector vector = new FeatureVector(trigger, columnsDigest, values, statuses, late);
    if (version >= STAMPED) {
      vector.stamp(
          new ModelStamp(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()));
    }
    return vector;
  }

  @Override
  public TypeSerializerSnapshot<FeatureVector> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<FeatureVector> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
