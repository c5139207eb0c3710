package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * A stateless serializer of an immutable record (or one owned by a single operator at a time), with
 * a one-byte format version in front. {@code copy} returns the same object: the jobs run with
 * object reuse and never keep what they pass on.
 */
abstract class RecordSerializer<T> extends TypeSerializerSingleton<T> {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final byte version;

  RecordSerializer(String name, int version) {
    this.name = name;
    this.version = (byte) version;
  }

  /** The format that a record is written in: the oldest that can hold it. */
  int versionOf(T record) {
    return version;
  }

  abstract void write(T record, DataOutputView out) throws IOException;

  /**
   * @param version between 1 and the current one: every older format stays readable
   */
  abstract T read(int version, DataInputView in) throws IOException;

  @Override
  public final void serialize(T record, DataOutputView out) throws IOException {
    out.writeByte(versionOf(record));
    write(record, out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    byte found = in.readByte();
    if (found < 1 || found > version) {
      throw new IOException(
          name
              + " in format version "
              + found
              + ", but this release reads versions 1 to "
              + version
              + ": it was written by a newer release or is damaged");
    }
    return read(found, in);
  }

  @Override
  public final T deserialize(@Nullable T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public final void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public final boolean isImmutableType() {
    return true;
  }

  /** Nothing to reuse: records are made by their readers. */
  @Override
  public final @Nullable T createInstance() {
    return null;
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, @Nullable T reuse) {
    return from;
  }

  @Override
  public final int getLength() {
    return -1;
  }
}
