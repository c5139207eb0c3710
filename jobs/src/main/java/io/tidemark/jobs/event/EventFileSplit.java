package io.tidemark.jobs.event;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * All files of a run with how far each has been read: there is one split, so that the files merge.
 *
 * @param rowsRead rows already emitted per file, not counting the header
 */
record EventFileSplit(List<String> files, List<Long> rowsRead) implements SourceSplit {
  static final SimpleVersionedSerializer<EventFileSplit> SERIALIZER = new Serializer();
  static final SimpleVersionedSerializer<List<EventFileSplit>> LIST_SERIALIZER =
      new ListSerializer();

  EventFileSplit {
    files = List.copyOf(files);
    rowsRead = List.copyOf(rowsRead);
  }

  static EventFileSplit start(List<String> files) {
    return new EventFileSplit(files, files.stream().map(file -> 0L).toList());
  }

  @Override
  public String splitId() {
    return "files";
  }

  private static void requireVersion(int found) throws IOException {
    if (found != 1) {
      throw new IOException(
          "A file position in format version " + found + ", but this release reads version 1");
    }
  }

  private static final class Serializer implements SimpleVersionedSerializer<EventFileSplit> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(EventFileSplit split) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(64);
      out.writeInt(split.files.size());
      for (int i = 0; i < split.files.size(); i++) {
        out.writeUTF(split.files.get(i));
        out.writeLong(split.rowsRead.get(i));
      }
      return out.getCopyOfBuffer();
    }

    @Override
    public EventFileSplit deserialize(int version, byte[] bytes) throws IOException {
      requireVersion(version);
      DataInputDeserializer in = new DataInputDeserializer(bytes);
      List<String> files = new ArrayList<>();
      List<Long> rowsRead = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        files.add(in.readUTF());
        rowsRead.add(in.readLong());
      }
      return new EventFileSplit(files, rowsRead);
    }
  }

  private static final class ListSerializer
      implements SimpleVersionedSerializer<List<EventFileSplit>> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(List<EventFileSplit> splits) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(64);
      out.writeInt(splits.size());
      for (EventFileSplit split : splits) {
        byte[] bytes = SERIALIZER.serialize(split);
        out.writeInt(bytes.length);
        out.write(bytes);
      }
      return out.getCopyOfBuffer();
    }

    @Override
    public List<EventFileSplit> deserialize(int version, byte[] bytes) throws IOException {
      requireVersion(version);
      DataInputDeserializer in = new DataInputDeserializer(bytes);
      List<EventFileSplit> splits = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        byte[] split = new byte[in.readInt()];
        in.readFully(split);
        splits.add(SERIALIZER.deserialize(1, split));
      }
      return splits;
    }
  }
}
