package io.tidemark.jobs.event;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a {@link Score} with the vector it was given on, which has a stamp from version 2 on. */
public final class ScoreSerializer extends RecordSerializer<Score> {
  private static final long serialVersionUID = 1L;

  public static final ScoreSerializer INSTANCE = new ScoreSerializer();

  private ScoreSerializer() {
    super("A score", FeatureVectorSerializer.STAMPED);
  }

  @Override
  int versionOf(Score score) {
    return FeatureVectorSerializer.INSTANCE.versionOf(score.vector());
  }

  @Override
  void write(Score score, DataOutputView out) throws IOException {
    FeatureVectorSerializer.writeVector(score.vector(), out);
    out.writeDouble(score.value());
    out.writeUTF(score.modelVersion());
    out.writeByte(score.outcome().code());
  }

  @Override
  Score read(int version, DataInputView in) throws IOException {
    return new Score(
        FeatureVectorSerializer.readVector(version, in),
        in.readDouble(),
        in.readUTF(),
        Score.Outcome.ofCode(in.readByte()));
  }

  @Override
  public TypeSerializerSnapshot<Score> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Score> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
