package io.tidemark.jobs.score;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.tidemark.contract.ScoreOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the maps out of a model: converters of scikit-learn and others end a classifier in a {@code
 * ZipMap}, which makes of each row of probabilities a map from the labels of classes to them. That
 * costs more than many a model, and reading it more still, so the node is dropped and the tensor it
 * was made of becomes the output in its place.
 *
 * @param model the file without the node; the very same one where it has none
 * @param output the tensor that holds the score then
 * @param labels of its columns; null where the model has no map
 */
record ZipMap(byte[] model, String output, @Nullable List<String> labels) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_OUTPUT = 12;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OPERATION = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INTS = 8;
  private static final int ATTRIBUTE_STRINGS = 9;
  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_ELEMENT = 1;
  private static final int FLOAT = 1;

  /**
   * @param model bytes that {@link OnnxFile#check} let pass
   * @param wanted the output that the contract names
   * @throws IOException if they are no protobuf after all
   */
  static ZipMap removed(byte[] model, ScoreOutput wanted) throws IOException {
    Node map = find(graph(model), wanted.tensor());
    if (map == null || map.inputs.isEmpty()) {
      return new ZipMap(model, wanted.tensor(), null);
    }
    String tensor = map.inputs.get(0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(model.length);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    Fields fields = new Fields(model);
    while (fields.next()) {
      if (fields.number == MODEL_GRAPH && fields.message != null) {
        out.writeBytes(
            MODEL_GRAPH, ByteString.copyFrom(without(fields.message, wanted.tensor(), tensor)));
      } else {
        fields.copyTo(out);
      }
    }
    out.flush();
    return new ZipMap(bytes.toByteArray(), tensor, map.labels);
  }

  /** The column of a class; negative if there is no such class. */
  int column(ScoreOutput wanted) {
    if (labels == null) {
      return wanted.label() == null ? wanted.index() : -1;
    }
    return labels.indexOf(
        wanted.label() == null ? Integer.toString(wanted.index()) : wanted.label());
  }

  private static byte[] graph(byte[] model) throws IOException {
    Fields fields = new Fields(model);
    while (fields.next()) {
      if (fields.number == MODEL_GRAPH && fields.message != null) {
        return fields.message;
      }
    }
    return new byte[0];
  }

  private static @Nullable Node find(byte[] graph, String output) throws IOException {
    Fields fields = new Fields(graph);
    while (fields.next()) {
      if (fields.number == GRAPH_NODE && fields.message != null) {
        Node node = Node.read(fields.message);
        if (node.isMapTo(output)) {
          return node;
        }
      }
    }
    return null;
  }

  private static byte[] without(byte[] graph, String output, String tensor) throws IOException {
    Set<String> outputs = new HashSet<>();
    Fields fields = new Fields(graph);
    while (fields.next()) {
      if (fields.number == GRAPH_OUTPUT && fields.message != null) {
        outputs.add(name(fields.message));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(graph.length);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields = new Fields(graph);
    while (fields.next()) {
      byte[] message = fields.message;
      if (message != null && fields.number == GRAPH_NODE && Node.read(message).isMapTo(output)) {
        continue;
      }
      if (message != null && fields.number == GRAPH_OUTPUT && name(message).equals(output)) {
        if (outputs.add(tensor)) { // else it is one already
          out.writeBytes(GRAPH_OUTPUT, ByteString.copyFrom(floats(tensor)));
        }
      } else {
        fields.copyTo(out);
      }
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static String name(byte[] value) throws IOException {
    Fields fields = new Fields(value);
    while (fields.next()) {
      if (fields.number == VALUE_NAME && fields.message != null) {
        return text(fields.message);
      }
    }
    return "";
  }

  /** The description of a tensor of floats of any shape. */
  private static byte[] floats(String name) throws IOException {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(tensor);
    out.writeInt32(TENSOR_ELEMENT, FLOAT);
    out.flush();
    ByteArrayOutputStream type = new ByteArrayOutputStream();
    out = CodedOutputStream.newInstance(type);
    out.writeBytes(TYPE_TENSOR, ByteString.copyFrom(tensor.toByteArray()));
    out.flush();
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    out = CodedOutputStream.newInstance(value);
    out.writeString(VALUE_NAME, name);
    out.writeBytes(VALUE_TYPE, ByteString.copyFrom(type.toByteArray()));
    out.flush();
    return value.toByteArray();
  }

  private static String text(byte[] utf8) {
    return ByteString.copyFrom(utf8).toStringUtf8();
  }

  /** What matters of an operation. */
  private record Node(
      String operation, List<String> inputs, List<String> outputs, List<String> labels) {
    boolean isMapTo(String output) {
      return operation.equals("ZipMap") && outputs.contains(output);
    }

    static Node read(byte[] message) throws IOException {
      String operation = "";
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      List<String> labels = new ArrayList<>();
      Fields fields = new Fields(message);
      while (fields.next()) {
        byte[] part = fields.message;
        if (part == null) {
          continue;
        }
        switch (fields.number) {
          case NODE_INPUT -> inputs.add(text(part));
          case NODE_OUTPUT -> outputs.add(text(part));
          case NODE_OPERATION -> operation = text(part);
          case NODE_ATTRIBUTE -> addLabels(part, labels);
          default -> {}
        }
      }
      return new Node(operation, inputs, outputs, labels);
    }

    private static void addLabels(byte[] attribute, List<String> labels) throws IOException {
      String name = "";
      List<String> found = new ArrayList<>();
      CodedInputStream in = CodedInputStream.newInstance(attribute);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        int field = WireFormat.getTagFieldNumber(tag);
        int wire = WireFormat.getTagWireType(tag);
        if (field == ATTRIBUTE_NAME && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          name = in.readString();
        } else if (field == ATTRIBUTE_STRINGS && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          found.add(in.readString());
        } else if (field == ATTRIBUTE_INTS && wire == WireFormat.WIRETYPE_VARINT) {
          found.add(Long.toString(in.readInt64()));
        } else if (field == ATTRIBUTE_INTS && wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          int end = in.pushLimit(in.readRawVarint32());
          while (in.getBytesUntilLimit() > 0) {
            found.add(Long.toString(in.readInt64()));
          }
          in.popLimit(end);
        } else {
          in.skipField(tag);
        }
      }
      if (name.startsWith("classlabels_")) {
        labels.addAll(found);
      }
    }
  }

  /** Walks the fields of a message. */
  private static final class Fields {
    private final byte[] bytes;
    private final CodedInputStream in;
    private int start;
    private int number;
    private byte @Nullable [] message; // of the current field; null where it holds a number

    Fields(byte[] bytes) {
      this.bytes = bytes;
      this.in = CodedInputStream.newInstance(bytes);
    }

    boolean next() throws IOException {
      start = in.getTotalBytesRead();
      int tag = in.readTag();
      if (tag == 0) {
        return false;
      }
      number = WireFormat.getTagFieldNumber(tag);
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        message = in.readByteArray();
      } else {
        message = null;
        in.skipField(tag);
      }
      return true;
    }

    void copyTo(CodedOutputStream out) throws IOException {
      out.writeRawBytes(bytes, start, in.getTotalBytesRead() - start);
    }
  }
}
