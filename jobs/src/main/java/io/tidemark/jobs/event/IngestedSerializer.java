package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes an {@link Ingested}: one flag, then the event or the rejection. */
public final class IngestedSerializer extends RecordSerializer<Ingested> {
  private static final long serialVersionUID = 1L;

  public static final IngestedSerializer INSTANCE = new IngestedSerializer();

  private IngestedSerializer() {
    super("An ingested record", 1);
  }

  @Override
  void write(Ingested ingested, DataOutputView out) throws IOException {
    Event event = ingested.event();
    RejectedRecord rejected = ingested.rejected();
    out.writeBoolean(event != null);
    if (event != null) {
      EventSerializer.writeLanes(event, out);
    } else if (rejected != null) {
      RejectedRecordSerializer.writeRejected(rejected, out);
    }
  }

  @Override
  Ingested read(int version, DataInputView in) throws IOException {
    return in.readBoolean()
        ? Ingested.accepted(EventSerializer.readLanes(in))
        : Ingested.rejected(RejectedRecordSerializer.readRejected(in));
  }

  @Override
  public TypeSerializerSnapshot<Ingested> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Ingested> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
