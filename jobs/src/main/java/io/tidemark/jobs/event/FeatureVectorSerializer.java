package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a {@link FeatureVector}: its trigger, then a value and a status per column. */
public final class FeatureVectorSerializer extends RecordSerializer<FeatureVector> {
  private static final long serialVersionUID = 1L;

  public static final FeatureVectorSerializer INSTANCE = new FeatureVectorSerializer();

  private FeatureVectorSerializer() {
    super("A feature vector", 1);
  }

  @Override
  void write(FeatureVector vector, DataOutputView out) throws IOException {
    writeVector(vector, out);
  }

  @Override
  FeatureVector read(int version, DataInputView in) throws IOException {
    return readVector(in);
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
  }

  static FeatureVector readVector(DataInputView in) throws IOException {
    Event trigger = EventSerializer.readLanes(in);
    int columnsDigest = in.readInt();
    boolean late = in.readBoolean();
    double[] values = new double[Varint.read(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    byte[] statuses = new byte[values.length];
    in.readFully(statuses);
    return new FeatureVector(trigger, columnsDigest, values, statuses, late);
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
