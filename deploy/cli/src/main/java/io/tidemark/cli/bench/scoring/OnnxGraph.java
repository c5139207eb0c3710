package io.tidemark.cli.bench.scoring;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes an ONNX model, field by field: the benchmark needs a few graphs, and no converter.
 *
 * <p>Not thread-safe.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class OnnxGraph {
  static final String CLASSICAL = "ai.onnx.ml";

  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 15;
  private static final int CLASSICAL_OPSET = 3;
  private static final int ATTRIBUTE_STRING = 3;
  private static final int ATTRIBUTE_FLOATS = 6;
  private static final int ATTRIBUTE_INTS = 7;
  private static final int ATTRIBUTE_STRINGS = 8;

  private final Message graph = new Message();

  OnnxGraph(String name) {
    graph.text(2, name);
  }

  /** An input of shape [rows, columns] and of floats. */
  OnnxGraph input(String name, int columns) {
    graph.message(11, value(name, FLOAT, columns));
    return this;
  }

  /** An output of shape [rows, columns] and of floats. */
  OnnxGraph output(String name, int columns) {
    graph.message(12, value(name, FLOAT, columns));
    return this;
  }

  /** An output of shape [rows] and of whole numbers. */
  OnnxGraph labels(String name) {
    graph.message(12, value(name, INT64, 0));
    return this;
  }

  OnnxGraph weights(String name, float[] values, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    Message tensor = new Message();
    for (long size : shape) {
      tensor.number(1, size);
    }
    tensor.number(2, FLOAT).text(8, name).bytes(9, ByteString.copyFrom(raw.rewind()));
    graph.message(5, tensor);
    return this;
  }

  OnnxGraph node(Node node) {
    graph.message(1, node.message);
    return this;
  }

  byte[] model() {
    return new Message()
        .number(1, IR_VERSION)
        .text(2, "tidemark-bench")
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, OPSET))
        .message(8, new Message().text(1, CLASSICAL).number(2, CLASSICAL_OPSET))
        .toByteArray();
  }

  private static Message value(String name, int elementType, int columns) {
    Message shape = new Message().message(1, new Message().text(2, "rows"));
    if (columns > 0) {
      shape.message(1, new Message().number(1, columns));
    }
    Message tensor = new Message().number(1, elementType).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** One operation. */
  static final class Node {
    private final Message message = new Message();

    Node(String domain, String operation, List<String> inputs, List<String> outputs) {
      inputs.forEach(input -> message.text(1, input));
      outputs.forEach(output -> message.text(2, output));
      message.text(4, operation).text(7, domain);
    }

    Node text(String name, String value) {
      return attribute(new Message().text(1, name).text(4, value).number(20, ATTRIBUTE_STRING));
    }

    Node texts(String name, List<String> values) {
      Message attribute = new Message().text(1, name);
      values.forEach(value -> attribute.text(9, value));
      return attribute(attribute.number(20, ATTRIBUTE_STRINGS));
    }

    Node numbers(String name, long[] values) {
      Message attribute = new Message().text(1, name);
      for (long value : values) {
        attribute.number(8, value);
      }
      return attribute(attribute.number(20, ATTRIBUTE_INTS));
    }

    Node fractions(String name, float[] values) {
      Message attribute = new Message().text(1, name);
      for (float value : values) {
        attribute.fraction(7, value);
      }
      return attribute(attribute.number(20, ATTRIBUTE_FLOATS));
    }

    private Node attribute(Message attribute) {
      message.message(5, attribute);
      return this;
    }
  }

  /** A message of protocol buffers that is being written. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** Something written to a message, which lies in memory. */
    private interface Write {
      void to(CodedOutputStream out) throws IOException;
    }

    private Message write(Write field) {
      try {
        field.to(out);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Message number(int field, long value) {
      return write(to -> to.writeInt64(field, value));
    }

    Message fraction(int field, float value) {
      return write(to -> to.writeFloat(field, value));
    }

    Message text(int field, String value) {
      return write(to -> to.writeString(field, value));
    }

    Message bytes(int field, ByteString value) {
      return write(to -> to.writeBytes(field, value));
    }

    Message message(int field, Message value) {
      return bytes(field, ByteString.copyFrom(value.toByteArray()));
    }

    byte[] toByteArray() {
      write(CodedOutputStream::flush);
      return bytes.toByteArray();
    }
  }
}
