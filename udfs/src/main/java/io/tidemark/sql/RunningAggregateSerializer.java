package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** The state of an SQL aggregate as bytes: its parameters, and what its accumulator writes. */
public final class RunningAggregateSerializer extends TypeSerializer<RunningAggregate> {
  private static final long serialVersionUID = 1L;
  private static final int TYPICAL_BYTES = 64;

  private final AggregateKind kind;

  RunningAggregateSerializer(AggregateKind kind) {
    this.kind = kind;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<RunningAggregate> duplicate() {
    return this;
  }

  @Override
  public RunningAggregate createInstance() {
    return new RunningAggregate(kind);
  }

  @Override
  public RunningAggregate copy(RunningAggregate from) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(TYPICAL_BYTES);
      from.write(out);
      return RunningAggregate.read(kind, new DataInputDeserializer(out.getSharedBuffer()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public RunningAggregate copy(RunningAggregate from, RunningAggregate reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(RunningAggregate aggregate, DataOutputView target) throws IOException {
    aggregate.write(target);
  }

  @Override
  public RunningAggregate deserialize(DataInputView source) throws IOException {
    return RunningAggregate.read(kind, source);
  }

  @Override
  public RunningAggregate deserialize(RunningAggregate reuse, DataInputView source)
      throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    deserialize(source).write(target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RunningAggregateSerializer that && kind == that.kind;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind.name());
  }

  @Override
  public TypeSerializerSnapshot<RunningAggregate> snapshotConfiguration() {
    return new Snapshot(kind);
  }

  /** Which aggregate the bytes are of; their own versions stand in them. */
  public static final class Snapshot implements TypeSerializerSnapshot<RunningAggregate> {
    private static final int VERSION = 1;

    private @Nullable AggregateKind kind;

    /** For Flink, which then reads it. */
    public Snapshot() {}

    Snapshot(AggregateKind kind) {
      this.kind = kind;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      out.writeUTF(kind().name());
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classes)
        throws IOException {
      if (version != VERSION) {
        throw new IllegalStateException(
            "State of an SQL aggregate with a description of version "
                + version
                + ", but this release reads version "
                + VERSION
                + ": the savepoint was written by another release");
      }
      kind = AggregateKind.valueOf(in.readUTF());
    }

    @Override
    public TypeSerializer<RunningAggregate> restoreSerializer() {
      return new RunningAggregateSerializer(kind());
    }

    @Override
    public TypeSerializerSchemaCompatibility<RunningAggregate> resolveSchemaCompatibility(
        TypeSerializerSnapshot<RunningAggregate> old) {
      return old instanceof Snapshot that && kind == that.kind
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.incompatible();
    }

    private AggregateKind kind() {
      return Objects.requireNonNull(kind, "The snapshot has not been read");
    }
  }
}
