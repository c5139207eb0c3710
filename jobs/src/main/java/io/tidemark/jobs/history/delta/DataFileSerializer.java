package io.tidemark.jobs.history.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;

/** The bytes of a {@link DataFile}: what writers hand to the gathering subtask. */
final class DataFileSerializer implements SimpleVersionedSerializer<DataFile> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(DataFile file) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(512);
    write(file, out);
    return out.getCopyOfBuffer();
  }

  @Override
  public DataFile deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "A data file in format version " + version + ", but this release reads version 1");
    }
    return read(new DataInputDeserializer(bytes));
  }

  static void write(DataFile file, DataOutputView out) throws IOException {
    out.writeUTF(file.path());
    out.writeLong(file.epochDay());
    out.writeLong(file.rows());
    out.writeLong(file.bytes());
    out.writeLong(file.closedAtMillis());
    // Of a wide table more than the 64 KiB that writeUTF can.
    byte[] statistics = file.statistics().getBytes(UTF_8);
    out.writeInt(statistics.length);
    out.write(statistics);
  }

  static DataFile read(DataInputView in) throws IOException {
    String path = in.readUTF();
    long epochDay = in.readLong();
    long rows = in.readLong();
    long bytes = in.readLong();
    long closedAtMillis = in.readLong();
    byte[] statistics = new byte[in.readInt()];
    in.readFully(statistics);
    return new DataFile(path, epochDay, rows, bytes, closedAtMillis, new String(statistics, UTF_8));
  }
}
