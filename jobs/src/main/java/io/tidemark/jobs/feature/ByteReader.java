package io.tidemark.jobs.feature;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ByteWriter} wrote. Not thread-safe. */
final class ByteReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LOWEST_FIRST =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MARKS = 0x8080808080808080L;

  private final byte[] bytes;
  private int position;
  private @Nullable DataInput input;

  ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** How many bytes were read. */
  int position() {
    return position;
  }

  byte readByte() {
    return bytes[position++];
  }

  long readLong() {
    long value = (long) LONG.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  /** Eight bytes at once where the number ends among them, see {@link ByteWriter}. */
  long readUnsigned() {
    if (bytes.length - position >= Long.BYTES) {
      long word = (long) LOWEST_FIRST.get(bytes, position);
      long ends = ~word & MARKS;
      if (ends != 0) {
        int bits = Long.numberOfTrailingZeros(ends) + 1;
        position += bits / Byte.SIZE;
        long spread = word & ~MARKS & (-1L >>> (Long.SIZE - bits));
        spread = (spread & 0x7F007F007F007FL) | (spread & 0x7F007F007F007F00L) >>> 1;
        spread = (spread & 0x3FFF00003FFFL) | (spread & 0x3FFF00003FFF0000L) >>> 2;
        return (spread & 0xFFFFFFFL) | (spread & 0xFFFFFFF00000000L) >>> 4;
      }
    }
    return readByByte();
  }

  private long readByByte() {
    long value = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes[position++];
      value |= (long) (next & 0x7F) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  int readCount() {
    return Math.toIntExact(readUnsigned());
  }

  long readSigned() {
    long value = readUnsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Gives what comes next, in turn with what is read here. */
  DataInput asDataInput() {
    DataInput made = input;
    if (made == null) {
      made = new DataInputStream(new Stream());
      input = made;
    }
    return made;
  }

  private final class Stream extends InputStream {
    @Override
    public int read() {
      return position < bytes.length ? bytes[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      int count = Math.min(length, bytes.length - position);
      if (count <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, position, into, offset, count);
      position += count;
      return count;
    }
  }
}
