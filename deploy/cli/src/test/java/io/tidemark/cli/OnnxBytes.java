package io.tidemark.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes ONNX models that no exporter would, field by field of onnx.proto. Each takes {@code
 * features} of shape [rows, 15] and gives {@code probabilities} of shape [rows, 2].
 */
public final class OnnxBytes {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int BOOL = 9;

  private OnnxBytes() {}

  /** Adds the sum of a square of ones with a side so long, which ONNX Runtime builds on loading. */
  static byte[] gigantic(long side) {
    byte[] shape = numbers("shape", INT64, List.of(2L), longs(side, side));
    return model(
        List.of(
            node("ConstantOfShape", List.of("shape"), "big"),
            node("ReduceMax", List.of("big"), "sum"),
            node("ReduceMax", List.of("features"), "most", ints("axes", 1)),
            node("Add", List.of("most", "sum"), "p"),
            node("Concat", List.of("p", "p"), "probabilities", integer("axis", 1))),
        List.of(shape));
  }

  /** Has weights that are a trillion numbers by their shape, and two by their bytes. */
  static byte[] hollow() {
    byte[] weights = numbers("weights", FLOAT, List.of(1_000_000L, 1_000_000L), new byte[8]);
    return model(
        List.of(
            node("ReduceMax", List.of("weights"), "sum"),
            node("ReduceMax", List.of("features"), "most", ints("axes", 1)),
            node("Add", List.of("most", "sum"), "p"),
            node("Concat", List.of("p", "p"), "probabilities", integer("axis", 1))),
        List.of(weights));
  }

  /** Has weights in another file. */
  static byte[] external() {
    byte[] entry = join(text(1, "location"), text(2, "/etc/passwd"));
    byte[] weights =
        join(number(1, 2), number(2, FLOAT), text(8, "weights"), bytes(13, entry), number(14, 1));
    return model(
        List.of(
            node("ReduceMax", List.of("features"), "most", ints("axes", 1)),
            node("Add", List.of("most", "weights"), "probabilities")),
        List.of(weights));
  }

  /** Loops without an end. */
  static byte[] endless() {
    byte[] body =
        join(
            bytes(1, node("Identity", List.of("on"), "go_on")),
            bytes(1, node("Identity", List.of("x"), "y")),
            text(2, "body"),
            bytes(11, scalar("i", INT64)),
            bytes(11, scalar("on", BOOL)),
            bytes(11, value("x", FLOAT, 1)),
            bytes(12, scalar("go_on", BOOL)),
            bytes(12, value("y", FLOAT, 1)));
    byte[] graph = join(text(1, "body"), bytes(6, body), number(20, 5));
    return model(
        List.of(
            node("ReduceMax", List.of("features"), "most", ints("axes", 1)),
            node("Loop", List.of("times", "true", "most"), "p", graph),
            node("Concat", List.of("p", "p"), "probabilities", integer("axis", 1))),
        List.of(
            numbers("times", INT64, List.of(), longs(Long.MAX_VALUE)),
            numbers("true", BOOL, List.of(), new byte[] {1})));
  }

  /** Adds a number to the largest feature. */
  public static byte[] adding(float number) {
    byte[] raw =
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(number).array();
    return model(
        List.of(
            node("ReduceMax", List.of("features"), "most", ints("axes", 1)),
            node("Add", List.of("most", "number"), "p"),
            node("Concat", List.of("p", "p"), "probabilities", integer("axis", 1))),
        List.of(numbers("number", FLOAT, List.of(1L), raw)));
  }

  private static byte[] model(List<byte[]> nodes, List<byte[]> initializers) {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    nodes.forEach(node -> graph.writeBytes(bytes(1, node)));
    graph.writeBytes(text(2, "hostile"));
    initializers.forEach(tensor -> graph.writeBytes(bytes(5, tensor)));
    graph.writeBytes(bytes(11, value("features", FLOAT, 15)));
    graph.writeBytes(bytes(12, value("probabilities", FLOAT, 2)));
    return join(
        number(1, 8), bytes(7, graph.toByteArray()), bytes(8, join(text(1, ""), number(2, 15))));
  }

  private static byte[] node(String op, List<String> inputs, String output, byte[]... attributes) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    inputs.forEach(input -> node.writeBytes(text(1, input)));
    node.writeBytes(text(2, output));
    node.writeBytes(text(4, op));
    for (byte[] attribute : attributes) {
      node.writeBytes(bytes(5, attribute));
    }
    return node.toByteArray();
  }

  private static byte[] ints(String name, long value) {
    return join(text(1, name), number(8, value), number(20, 7));
  }

  private static byte[] integer(String name, long value) {
    return join(text(1, name), number(3, value), number(20, 2));
  }

  private static byte[] numbers(String name, int type, List<Long> dims, byte[] raw) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    dims.forEach(dim -> tensor.writeBytes(number(1, dim)));
    return join(tensor.toByteArray(), number(2, type), text(8, name), bytes(9, raw));
  }

  private static byte[] value(String name, int type, long columns) {
    return value(name, type, join(bytes(1, text(2, "rows")), bytes(1, number(1, columns))));
  }

  private static byte[] scalar(String name, int type) {
    return value(name, type, new byte[0]);
  }

  private static byte[] value(String name, int type, byte[] shape) {
    byte[] tensor = join(number(1, type), bytes(2, shape));
    return join(text(1, name), bytes(2, bytes(1, tensor)));
  }

  private static byte[] longs(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return raw.array();
  }

  private static byte[] text(int field, String text) {
    return bytes(field, text.getBytes(UTF_8));
  }

  private static byte[] bytes(int field, byte[] value) {
    return join(varint((long) field << 3 | 2), varint(value.length), value);
  }

  private static byte[] number(int field, long value) {
    return join(varint((long) field << 3), varint(value));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
