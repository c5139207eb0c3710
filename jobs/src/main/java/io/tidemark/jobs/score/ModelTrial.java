package io.tidemark.jobs.score;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Scores one vector, to see that a model that loads also answers. Not for traffic: it opens a
 * session and closes it.
 */
public final class ModelTrial {
  private ModelTrial() {}

  /**
   * The score of one vector.
   *
   * @param model bytes that {@link OnnxScoringFunction#verify} let pass
   * @param vector a value for each of the contract's features, in tensor order; for an int64 tensor
   *     they are rounded
   * @throws InvalidModelException if there is no score, or none that is finite
   */
  public static double score(ModelContract contract, byte[] model, double[] vector)
      throws InvalidModelException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options)) {
        int first = 0;
        for (TensorInput input : contract.inputs()) {
          inputs.put(input.tensor(), tensor(environment, input, vector, first));
          first += input.features().size();
        }
        try (OrtSession.Result result = session.run(inputs, Set.of(contract.output().tensor()))) {
          return finite(contract, value(result.get(0).getValue(), contract.output().index()));
        }
      }
    } catch (OrtException e) {
      throw new InvalidModelException(
          contract,
          "a score of the baseline's medians",
          "'" + e.getMessage() + "'",
          "Score a row of the training data with the model before exporting it");
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, TensorInput input, double[] vector, int first)
      throws OrtException {
    int width = input.features().size();
    long[] shape = {1, width};
    switch (input.type()) {
      case FLOAT32 -> {
        FloatBuffer floats = FloatBuffer.allocate(width);
        for (int i = 0; i < width; i++) {
          floats.put(i, (float) vector[first + i]);
        }
        return OnnxTensor.createTensor(environment, floats, shape);
      }
      case FLOAT64 -> {
        DoubleBuffer doubles = DoubleBuffer.wrap(vector, first, width).slice();
        return OnnxTensor.createTensor(environment, doubles, shape);
      }
      case INT64 -> {
        LongBuffer longs = LongBuffer.allocate(width);
        for (int i = 0; i < width; i++) {
          longs.put(i, Math.round(vector[first + i]));
        }
        return OnnxTensor.createTensor(environment, longs, shape);
      }
    }
    throw new AssertionError(input.type());
  }

  /** The column of a row, or the row itself where it has one number; NaN where it is no number. */
  private static double value(Object output, int index) {
    if (output instanceof float[][] floats) {
      return floats[0][index];
    }
    if (output instanceof double[][] doubles) {
      return doubles[0][index];
    }
    if (output instanceof float[] floats) {
      return floats[index];
    }
    return output instanceof double[] doubles ? doubles[index] : Double.NaN;
  }

  private static double finite(ModelContract contract, double score) throws InvalidModelException {
    if (!Double.isFinite(score)) {
      throw new InvalidModelException(
          contract,
          "a finite score of the baseline's medians",
          "" + score,
          "Train it without dividing by zero, or scale inputs inside of the model as in training");
    }
    return score;
  }
}
