package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The byte before every accumulator's state, and the numbers of variable length within. */
final class StateFormat {
  private static final byte VERSION = 1;

  private StateFormat() {}

  static void writeVersion(DataOutput out) throws IOException {
    out.writeByte(VERSION);
  }

  static void readVersion(DataInput in) throws IOException {
    byte version = in.readByte();
    if (version != VERSION) {
      throw new IllegalStateException(
          "State of an aggregate in format version "
              + version
              + ", but this release reads version "
              + VERSION
              + ": it was written by another release");
    }
  }

  /** Seven bits a byte, the lowest first; negative numbers take ten bytes. */
  static void writeUnsigned(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readUnsigned(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("State of an aggregate is damaged: a number does not end");
  }

  /** A count that becomes the length of an array. */
  static int readSize(DataInput in, int largest) throws IOException {
    long size = readUnsigned(in);
    if (size < 0 || size > largest) {
      throw new IllegalStateException(
          "State of an aggregate is damaged: " + size + " entries, at most " + largest + " fit");
    }
    return (int) size;
  }
}
