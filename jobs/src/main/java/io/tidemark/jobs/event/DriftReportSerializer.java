package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a {@link DriftReport}. */
public final class DriftReportSerializer extends RecordSerializer<DriftReport> {
  private static final long serialVersionUID = 1L;

  public static final DriftReportSerializer INSTANCE = new DriftReportSerializer();

  private DriftReportSerializer() {
    super("A drift report", 1);
  }

  @Override
  void write(DriftReport report, DataOutputView out) throws IOException {
    out.writeUTF(report.model());
    out.writeUTF(report.version());
    out.writeByte(report.kind().code());
    out.writeUTF(report.feature());
    out.writeLong(report.windowStartMillis());
    out.writeLong(report.windowEndMillis());
    out.writeBoolean(report.complete());
    out.writeBoolean(report.sufficient());
    out.writeLong(report.records());
    out.writeLong(report.rows());
    out.writeLong(report.missing());
    out.writeDouble(report.ks());
    out.writeDouble(report.ksError());
    out.writeDouble(report.psi());
  }

  @Override
  DriftReport read(int version, DataInputView in) throws IOException {
    return new DriftReport(
        in.readUTF(),
        in.readUTF(),
        DriftKind.ofCode(in.readByte()),
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        in.readBoolean(),
        in.readBoolean(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble());
  }

  @Override
  public TypeSerializerSnapshot<DriftReport> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<DriftReport> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
