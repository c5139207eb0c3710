package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Small numbers in few bytes (LEB128) and nullable text, for the records' serializers. */
final class Varint {
  private Varint() {}

  static void write(int value, DataOutputView out) throws IOException {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  static int read(DataInputView in) throws IOException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte next = in.readByte();
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("A length is longer than five bytes: the record is damaged");
  }

  static void writeLong(long value, DataOutputView out) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readLong(DataInputView in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = in.readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("A count is longer than ten bytes: the record is damaged");
  }

  /** Length plus one, then UTF-8; a single 0 for null. */
  static void writeBytes(byte @Nullable [] bytes, DataOutputView out) throws IOException {
    if (bytes == null) {
      out.writeByte(0);
      return;
    }
    write(bytes.length + 1, out);
    out.write(bytes);
  }

  static byte @Nullable [] readBytes(DataInputView in) throws IOException {
    int length = read(in);
    if (length == 0) {
      return null;
    }
    byte[] bytes = new byte[length - 1];
    in.readFully(bytes);
    return bytes;
  }
}
