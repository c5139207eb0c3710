package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.jobs.event.FeatureVector;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * The input tensors of up to {@code maxRows} vectors: per input one direct buffer in native order
 * (ONNX Runtime copies heap buffers, and reads a big-endian one wrongly without a word), filled row
 * by row.
 *
 * <p>Not thread-safe: belongs to the thread that fills it, then to the one that runs the engine.
 */
final class TensorRows {
  private final Column[] columns;

  TensorRows(ModelContract contract) {
    List<TensorInput> inputs = contract.inputs();
    this.columns = new Column[inputs.size()];
    for (int i = 0, first = 0; i < columns.length; i++) {
      TensorInput input = inputs.get(i);
      int width = input.features().size();
      columns[i] = Column.of(input.type(), contract.batch().maxRows(), first, width);
      first += width;
    }
  }

  /**
   * Writes one vector.
   *
   * @return false where a value cannot stand in its tensor (NaN or a fraction in an int64 one); the
   *     row is then undefined
   */
  boolean write(int row, FeatureVector vector) {
    for (Column column : columns) {
      if (!column.write(row, vector)) {
        return false;
      }
    }
    return true;
  }

  /** The first {@code rows} rows of an input, positioned at its first element. */
  Buffer elements(int input, int rows) {
    Column column = columns[input];
    return column.elements().duplicate().position(0).limit(rows * column.width());
  }

  /** One input tensor: {@code width} columns of the vector from {@code first} on. */
  private sealed interface Column {
    static Column of(TensorType type, int maxRows, int first, int width) {
      return switch (type) {
        case FLOAT32 ->
            new Floats(direct(maxRows, width, Float.BYTES).asFloatBuffer(), first, width);
        case FLOAT64 ->
            new Doubles(direct(maxRows, width, Double.BYTES).asDoubleBuffer(), first, width);
        case INT64 -> new Longs(direct(maxRows, width, Long.BYTES).asLongBuffer(), first, width);
      };
    }

    private static ByteBuffer direct(int rows, int columns, int elementBytes) {
      int bytes = Math.multiplyExact(Math.multiplyExact(rows, columns), elementBytes);
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    boolean write(int row, FeatureVector vector);

    Buffer elements();

    int width();

    /** float32. */
    record Floats(FloatBuffer elements, int first, int width) implements Column {
      @Override
      public boolean write(int row, FeatureVector vector) {
        int start = row * width;
        for (int i = 0; i < width; i++) {
          elements.put(start + i, (float) vector.value(first + i));
        }
        return true;
      }
    }

    /** float64. */
    record Doubles(DoubleBuffer elements, int first, int width) implements Column {
      @Override
      public boolean write(int row, FeatureVector vector) {
        int start = row * width;
        for (int i = 0; i < width; i++) {
          elements.put(start + i, vector.value(first + i));
        }
        return true;
      }
    }

    /** int64: only whole numbers in its range, for a cast would make others up. */
    record Longs(LongBuffer elements, int first, int width) implements Column {
      @Override
      public boolean write(int row, FeatureVector vector) {
        int start = row * width;
        for (int i = 0; i < width; i++) {
          double value = vector.value(first + i);
          if (!(value >= -0x1p63 && value < 0x1p63 && value == Math.rint(value))) {
            return false;
          }
          elements.put(start + i, (long) value);
        }
        return true;
      }
    }
  }
}
