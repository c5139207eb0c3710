package io.tidemark.jobs.feature;

import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing byte array that small numbers take little of.
 *
 * <p>A number in LEB128 has seven bits per byte, the lowest first, and a mark in every byte but the
 * last. Up to 56 bits are spread over eight bytes and marked at once: a loop over bytes whose
 * number changes from one call to the next is mispredicted by the processor, which costs more.
 *
 * <p>Not thread-safe.
 */
final class ByteWriter {
  private static final int MOST_BYTES = 10;
  private static final int MOST_BITS_AT_ONCE = 56;
  private static final long MARKS = 0x8080808080808080L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LOWEST_FIRST =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[512];
  private int size;
  private final DataOutput output = new DataOutputStream(new Stream());

  void reset() {
    size = 0;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  void writeByte(int value) {
    require(1);
    bytes[size++] = (byte) value;
  }

  void writeLong(long value) {
    require(Long.BYTES);
    LONG.set(bytes, size, value);
    size += Long.BYTES;
  }

  void writeDouble(double value) {
    writeLong(Double.doubleToRawLongBits(value));
  }

  /** LEB128; negative values take ten bytes. */
  void writeUnsigned(long value) {
    require(MOST_BYTES);
    if (value >>> MOST_BITS_AT_ONCE != 0) {
      writeLarge(value);
      return;
    }
    long spread = (value & 0xFFFFFFFL) | (value & 0xFFFFFFF0000000L) << 4;
    spread = (spread & 0x3FFF00003FFFL) | (spread & 0xFFFC0000FFFC000L) << 2;
    spread = (spread & 0x7F007F007F007FL) | (spread & 0x3F803F803F803F80L) << 1;
    int length = (Long.SIZE + 6 - Long.numberOfLeadingZeros(value | 1)) / 7;
    long allButLast = (1L << (Byte.SIZE * (length - 1))) - 1;
    LOWEST_FIRST.set(bytes, size, spread | (MARKS & allButLast));
    size += length;
  }

  private void writeLarge(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** LEB128 of the zigzag form: small magnitudes of either sign take little. */
  void writeSigned(long value) {
    writeUnsigned((value << 1) ^ (value >> 63));
  }

  /** How many bytes {@link #writeSigned} makes of a value. */
  static int lengthOfSigned(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (Long.SIZE + 6 - Long.numberOfLeadingZeros(zigzag | 1)) / 7;
  }

  void writeBytes(byte[] from, int offset, int length) {
    require(length);
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  /** Takes what is written there, in turn with what is written here. */
  DataOutput asDataOutput() {
    return output;
  }

  private void require(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  private final class Stream extends OutputStream {
    @Override
    public void write(int value) {
      writeByte(value);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      writeBytes(from, offset, length);
    }
  }
}
