package io.tidemark.jobs.score;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/**
 * The output tensor of a model and where in it the scores are: a direct buffer that every batch
 * reuses.
 *
 * <p>Where a row has three or more columns that are the probabilities of classes, it also tells how
 * sure the model was.
 *
 * <p>Not thread-safe: belongs to the engine's thread.
 */
final class ModelOutput {
  private static final int LEAST_CLASSES = 3;
  private static final float TOLERANCE = 1e-3f;

  private final String name;
  private final Buffer elements;
  private final int maxRows;
  private final int columns; // 0 for shape [rows], else n of shape [rows, n]
  private final int stride;
  private final int index;

  private ModelOutput(String name, Buffer elements, int maxRows, int columns, int index) {
    this.name = name;
    this.elements = elements;
    this.maxRows = maxRows;
    this.columns = columns;
    this.stride = Math.max(1, columns);
    this.index = index;
  }

  /**
   * @param probed what a run gave, of shape [rows] or [rows, n] and of floats or doubles
   * @param name of the model's output
   * @param index the score's column
   */
  static ModelOutput of(String name, TensorInfo probed, int index, int maxRows) {
    long[] shape = probed.getShape();
    int columns = shape.length == 1 ? 0 : Math.toIntExact(shape[1]);
    int size = Math.multiplyExact(maxRows, Math.max(1, columns));
    return new ModelOutput(
        name, buffer(size, probed.type == OnnxJavaType.DOUBLE), maxRows, columns, index);
  }

  private static Buffer buffer(int size, boolean isDouble) {
    int bytes = Math.multiplyExact(size, isDouble ? Double.BYTES : Float.BYTES);
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    return isDouble ? buffer.asDoubleBuffer() : buffer.asFloatBuffer();
  }

  String name() {
    return name;
  }

  /** The same with a buffer of its own. */
  ModelOutput another() {
    return new ModelOutput(
        name, buffer(maxRows * stride, elements instanceof DoubleBuffer), maxRows, columns, index);
  }

  /** The tensor that a run of so many rows writes to. */
  OnnxTensor pinned(int rows) throws OrtException {
    long[] shape = columns == 0 ? new long[] {rows} : new long[] {rows, columns};
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Buffer part = elements.duplicate().limit(rows * stride);
    return part instanceof FloatBuffer floats
        ? OnnxTensor.createTensor(environment, floats, shape)
        : OnnxTensor.createTensor(environment, (DoubleBuffer) part, shape);
  }

  /** Hands on what the last run wrote, as the scores from row {@code from} on. */
  void read(int from, int rows, BatchScores scores) {
    if (columns >= LEAST_CLASSES) {
      for (int row = 0; row < rows; row++) {
        readClasses(from + row, row * stride, scores);
      }
    } else if (elements instanceof FloatBuffer floats) {
      for (int row = 0, at = index; row < rows; row++, at += stride) {
        scores.set(from + row, floats.get(at));
      }
    } else if (elements instanceof DoubleBuffer doubles) {
      for (int row = 0, at = index; row < rows; row++, at += stride) {
        scores.set(from + row, doubles.get(at));
      }
    }
  }

  private void readClasses(int row, int start, BatchScores scores) {
    float sum = 0;
    float largest = 0;
    float entropy = 0;
    for (int column = 0; column < columns; column++) {
      float probability = (float) element(start + column);
      if (!(probability >= 0 && probability <= 1)) { // no probabilities
        scores.set(row, element(start + index), Float.NaN, Float.NaN);
        return;
      }
      sum += probability;
      largest = Math.max(largest, probability);
      entropy += Entropy.term(probability);
    }
    boolean isDistribution = Math.abs(sum - 1) <= TOLERANCE;
    scores.set(
        row,
        element(start + index),
        isDistribution ? largest : Float.NaN,
        isDistribution ? entropy : Float.NaN);
  }

  private double element(int at) {
    return elements instanceof FloatBuffer floats
        ? floats.get(at)
        : ((DoubleBuffer) elements).get(at);
  }
}
