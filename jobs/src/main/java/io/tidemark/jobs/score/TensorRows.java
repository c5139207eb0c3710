package io.tidemark.jobs.score;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.tidemark.jobs.event.FeatureVector;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The input tensors of up to {@code maxRows} vectors.
 *
 * <p>How it works: rows are written into an array per input and copied in one go, when a tensor is
 * made of them, into a direct buffer in native order (ONNX Runtime copies heap buffers with more
 * ado, and reads a big-endian one wrongly without a word). Writing each value into the buffer costs
 * more than the array and the copy together. Text stays in its array, which ONNX Runtime copies.
 *
 * <p>Not thread-safe: belongs to the thread that fills it, then to the one that runs the engine.
 */
public final class TensorRows {
  private final Column[] columns;

  /**
   * @param maxRows how many there is room for
   */
  public TensorRows(InputLayout layout, int maxRows) {
    List<InputLayout.Input> inputs = layout.inputs();
    this.columns = new Column[inputs.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Column.of(inputs.get(i), maxRows);
    }
  }

  /**
   * Writes one vector.
   *
   * @return false where a value cannot stand in its tensor (NaN or a fraction in an int64 one); the
   *     row is then undefined
   */
  public boolean write(int row, FeatureVector vector) {
    for (Column column : columns) {
      if (!column.write(row, vector)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes a row of numbers, one per column of the vectors.
   *
   * @return false where a value cannot stand in its tensor, as no number can in one of text
   */
  boolean write(int row, double[] values) {
    for (Column column : columns) {
      int[] places = column.input().places();
      for (int i = 0; i < places.length; i++) {
        if (!column.set(row * places.length + i, values[places[i]])) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Rows of a numeric input as they are now, positioned at the first of them.
   *
   * @throws IllegalArgumentException if the input is of text
   */
  Buffer elements(int input, int from, int rows) {
    Column column = columns[input];
    if (!(column instanceof Column.Numbers numbers)) {
      throw new IllegalArgumentException("Input " + input + " is of text");
    }
    int width = column.input().places().length;
    return numbers.copied(from * width, rows * width);
  }

  /** Rows of an input as a tensor, a view of them where they are numbers. */
  OnnxTensor tensor(OrtEnvironment environment, int input, int from, int rows) throws OrtException {
    Column column = columns[input];
    long[] rowShape = column.input().rowShape();
    long[] shape = new long[rowShape.length + 1];
    shape[0] = rows;
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    if (column instanceof Column.Texts texts) {
      int width = column.input().places().length;
      return OnnxTensor.createTensor(
          environment, Arrays.copyOfRange(texts.texts, from * width, (from + rows) * width), shape);
    }
    Buffer elements = elements(input, from, rows);
    if (elements instanceof FloatBuffer floats) {
      return OnnxTensor.createTensor(environment, floats, shape);
    }
    if (elements instanceof DoubleBuffer doubles) {
      return OnnxTensor.createTensor(environment, doubles, shape);
    }
    return OnnxTensor.createTensor(environment, (LongBuffer) elements, shape);
  }

  /** One input tensor. */
  private sealed interface Column {
    static Column of(InputLayout.Input input, int maxRows) {
      int size = Math.multiplyExact(maxRows, input.places().length);
      return switch (input.type()) {
        case FLOAT32 ->
            new Floats(input, new float[size], direct(size, Float.BYTES).asFloatBuffer());
        case FLOAT64 ->
            new Doubles(input, new double[size], direct(size, Double.BYTES).asDoubleBuffer());
        case INT64 -> new Longs(input, new long[size], direct(size, Long.BYTES).asLongBuffer());
        case STRING -> new Texts(input, new String[size]);
      };
    }

    private static ByteBuffer direct(int elements, int elementBytes) {
      return ByteBuffer.allocateDirect(Math.multiplyExact(elements, elementBytes))
          .order(ByteOrder.nativeOrder());
    }

    InputLayout.Input input();

    boolean write(int row, FeatureVector vector);

    /** Writes one element; false where it cannot stand here. */
    boolean set(int element, double value);

    /** An input that is not of text. */
    sealed interface Numbers extends Column {
      /** The elements from one on, in the buffer that all calls share. */
      Buffer copied(int from, int count);
    }

    /** float32. */
    record Floats(InputLayout.Input input, float[] written, FloatBuffer buffer) implements Numbers {
      @Override
      public boolean set(int element, double value) {
        written[element] = (float) value;
        return true;
      }

      @Override
      public boolean write(int row, FeatureVector vector) {
        int[] places = input.places();
        int start = row * places.length;
        for (int i = 0; i < places.length; i++) {
          written[start + i] = (float) vector.value(places[i]);
        }
        return true;
      }

      @Override
      public Buffer copied(int from, int count) {
        return buffer
            .duplicate()
            .put(from, written, from, count)
            .position(from)
            .limit(from + count);
      }
    }

    /** float64. */
    record Doubles(InputLayout.Input input, double[] written, DoubleBuffer buffer)
        implements Numbers {
      @Override
      public boolean set(int element, double value) {
        written[element] = value;
        return true;
      }

      @Override
      public boolean write(int row, FeatureVector vector) {
        int[] places = input.places();
        int start = row * places.length;
        for (int i = 0; i < places.length; i++) {
          written[start + i] = vector.value(places[i]);
        }
        return true;
      }

      @Override
      public Buffer copied(int from, int count) {
        return buffer
            .duplicate()
            .put(from, written, from, count)
            .position(from)
            .limit(from + count);
      }
    }

    /** int64: only whole numbers in its range, for a cast would make others up. */
    record Longs(InputLayout.Input input, long[] written, LongBuffer buffer) implements Numbers {
      @Override
      public boolean set(int element, double value) {
        if (!(value >= -0x1p63 && value < 0x1p63 && value == Math.rint(value))) {
          return false;
        }
        written[element] = (long) value;
        return true;
      }

      @Override
      public boolean write(int row, FeatureVector vector) {
        int[] places = input.places();
        int start = row * places.length;
        for (int i = 0; i < places.length; i++) {
          if (!set(start + i, vector.value(places[i]))) {
            return false;
          }
        }
        return true;
      }

      @Override
      public Buffer copied(int from, int count) {
        return buffer
            .duplicate()
            .put(from, written, from, count)
            .position(from)
            .limit(from + count);
      }
    }

    /** Text of the trigger; an empty one where it has none. */
    final class Texts implements Column {
      private final InputLayout.Input input;
      private final String[] texts;

      Texts(InputLayout.Input input, String[] texts) {
        this.input = input;
        this.texts = texts;
        Arrays.fill(texts, "");
      }

      @Override
      public InputLayout.Input input() {
        return input;
      }

      @Override
      public boolean set(int element, double value) {
        return false;
      }

      @Override
      public boolean write(int row, FeatureVector vector) {
        int[] places = input.places();
        int start = row * places.length;
        for (int i = 0; i < places.length; i++) {
          texts[start + i] = Objects.requireNonNullElse(vector.trigger().text(places[i]), "");
        }
        return true;
      }
    }
  }
}
