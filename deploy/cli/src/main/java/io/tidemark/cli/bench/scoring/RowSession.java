package io.tidemark.cli.bench.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tidemark.jobs.event.FeatureVector;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model as most who call ONNX Runtime from Java call it: rows go in as {@code float[][]} and come
 * out so.
 *
 * <p>Thread-safe.
 */
final class RowSession implements AutoCloseable {
  private final BenchModel model;
  private final OrtSession session;

  RowSession(BenchModel model) throws OrtException {
    this.model = model;
    this.session = session(model);
  }

  /** A session that leaves the processors to Flink, as ours are. */
  static OrtSession session(BenchModel model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return OrtEnvironment.getEnvironment().createSession(model.bytes(), options);
    }
  }

  float[] score(List<FeatureVector> vectors) throws OrtException {
    float[][] rows = new float[vectors.size()][BenchModel.COLUMNS];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < BenchModel.COLUMNS; column++) {
        rows[row][column] = (float) vectors.get(row).value(column);
      }
    }
    try (OnnxTensor input = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), rows);
        OrtSession.Result result =
            session.run(Map.of(model.input(), input), Set.of(model.output().tensor()))) {
      float[][] found = (float[][]) result.get(0).getValue();
      float[] scores = new float[found.length];
      for (int row = 0; row < scores.length; row++) {
        scores[row] = found[row][model.output().index()];
      }
      return scores;
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
