package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a {@link RejectedRecord}. */
public final class RejectedRecordSerializer extends RecordSerializer<RejectedRecord> {
  private static final long serialVersionUID = 1L;

  public static final RejectedRecordSerializer INSTANCE = new RejectedRecordSerializer();

  private RejectedRecordSerializer() {
    super("A rejected record", 1);
  }

  @Override
  void write(RejectedRecord rejected, DataOutputView out) throws IOException {
    writeRejected(rejected, out);
  }

  @Override
  RejectedRecord read(int version, DataInputView in) throws IOException {
    return readRejected(in);
  }

  static void writeRejected(RejectedRecord rejected, DataOutputView out) throws IOException {
    out.writeByte(rejected.reason().code());
    out.writeUTF(rejected.detail());
    out.writeUTF(rejected.source());
    out.writeInt(rejected.partition());
    out.writeLong(rejected.position());
    out.writeLong(rejected.timestampMillis());
    Varint.writeBytes(rejected.payload(), out);
    out.writeByte(rejected.form().code());
    out.writeInt(rejected.originalBytes());
    out.writeUTF(rejected.sha256());
  }

  static RejectedRecord readRejected(DataInputView in) throws IOException {
    return new RejectedRecord(
        RejectionReason.ofCode(in.readByte()),
        in.readUTF(),
        in.readUTF(),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        Varint.readBytes(in),
        RejectedRecord.Form.ofCode(in.readByte()),
        in.readInt(),
        in.readUTF());
  }

  @Override
  public TypeSerializerSnapshot<RejectedRecord> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<RejectedRecord> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
