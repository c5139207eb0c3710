package io.tidemark.aggregate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The written state of an accumulator. */
final class StateBytes {
  private StateBytes() {}

  static byte[] of(Accumulator accumulator) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    accumulator.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** Reads all of the bytes, and fails if some are left. */
  static void into(Accumulator accumulator, byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    accumulator.read(new DataInputStream(in));
    if (in.available() > 0) {
      throw new AssertionError(in.available() + " bytes of the state were not read");
    }
  }
}
