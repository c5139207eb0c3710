package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The bytes of an {@link AppendBatch}, as they lie in checkpoints and savepoints. */
final class AppendBatchSerializer implements SimpleVersionedSerializer<AppendBatch> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(AppendBatch batch) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1 << 12);
    out.writeUTF(batch.applicationId());
    out.writeLong(batch.sequence());
    out.writeInt(batch.schema().columns().size());
    for (Column column : batch.schema().columns()) {
      out.writeUTF(column.name());
      out.writeByte(column.type().code());
    }
    out.writeInt(batch.files().size());
    for (DataFile file : batch.files()) {
      DataFileSerializer.write(file, out);
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public AppendBatch deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "Files to append to a Delta table in format version "
              + version
              + ", but this release reads version 1: they were written by a newer release");
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    String applicationId = in.readUTF();
    long sequence = in.readLong();
    int columnCount = in.readInt();
    List<Column> columns = new ArrayList<>(columnCount);
    for (int i = 0; i < columnCount; i++) {
      columns.add(new Column(in.readUTF(), ColumnType.ofCode(in.readByte())));
    }
    int fileCount = in.readInt();
    List<DataFile> files = new ArrayList<>(fileCount);
    for (int i = 0; i < fileCount; i++) {
      files.add(DataFileSerializer.read(in));
    }
    return new AppendBatch(applicationId, sequence, new TableSchema(columns), files);
  }
}
