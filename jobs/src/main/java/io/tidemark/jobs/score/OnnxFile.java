package io.tidemark.jobs.score;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.tidemark.contract.ModelContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the bytes of a model may be given to ONNX Runtime at all.
 *
 * <p>An ONNX file can name other files that hold its weights, and a session created from bytes
 * reads them from the working directory. So the protobuf is walked before it is loaded, along every
 * path that leads to a tensor (initializers, sparse ones, attributes of nodes, subgraphs,
 * functions, training graphs), and refused where one of them lies outside. Nothing is built in
 * memory: the cost is one pass over the bytes, the depth is bounded.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class OnnxFile {
  /** The file travels with the job graph; a larger one needs another way to the task managers. */
  static final int MAX_BYTES = 64 << 20;

  /** Messages inside messages; each subgraph takes three. */
  private static final int MAX_DEPTH = 64;

  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int TENSOR_DATA_LOCATION = 14;
  private static final int MODEL_GRAPH = 7;

  private final ModelContract contract;
  private boolean hasGraph;

  private OnnxFile(ModelContract contract) {
    this.contract = contract;
  }

  /**
   * @throws InvalidModelException if the bytes are not the file the contract names, not an ONNX
   *     model, or not all of one
   */
  static void check(ModelContract contract, byte[] bytes) throws InvalidModelException {
    if (bytes.length > MAX_BYTES) {
      throw oversized(contract, bytes.length + " bytes");
    }
    String sha256 = sha256(bytes);
    if (!sha256.equals(contract.artifact().sha256())) {
      throw new InvalidModelException(
          contract,
          Refusal.CHECKSUM,
          "sha256 " + contract.artifact().sha256(),
          sha256,
          "Restore the file, or set artifact.sha256 if the new file is meant");
    }
    new OnnxFile(contract).check(bytes);
  }

  static InvalidModelException oversized(ModelContract contract, String found) {
    return new InvalidModelException(
        contract,
        Refusal.OVERSIZED,
        "a file of at most " + MAX_BYTES + " bytes",
        found,
        "Use a smaller model");
  }

  /** A file for which there is no room. */
  static InvalidModelException tooLarge(ModelContract contract, long bytes, long maxBytes) {
    return new InvalidModelException(
        contract,
        Refusal.OVERSIZED,
        "models of at most " + maxBytes + " bytes in all",
        bytes + " bytes",
        "Use a smaller model, or give the job more room for models");
  }

  /** A version that is asked for with the checksum of another file. */
  static InvalidModelException otherFile(ModelContract contract, String wanted) {
    return new InvalidModelException(
        contract,
        Refusal.CHECKSUM,
        "sha256 " + wanted,
        contract.artifact().sha256(),
        "Give the new file a version of its own");
  }

  private void check(byte[] bytes) throws InvalidModelException {
    // ONNX Runtime has a format of its own, which a file announces with these four bytes.
    if (bytes.length >= 8
        && Arrays.equals(bytes, 4, 8, "ORTM".getBytes(StandardCharsets.US_ASCII), 0, 4)) {
      throw notOnnx("a file in ONNX Runtime's own format");
    }
    try {
      walk(CodedInputStream.newInstance(bytes), Message.MODEL, 0);
    } catch (IOException e) {
      throw notOnnx("bytes that are no protobuf (" + e.getMessage() + ")");
    }
    if (!hasGraph) {
      throw notOnnx("a file without a graph");
    }
  }

  private void walk(CodedInputStream in, Message message, int depth)
      throws IOException, InvalidModelException {
    if (depth > MAX_DEPTH) {
      throw notOnnx("more than " + MAX_DEPTH + " levels of nesting");
    }
    String tensorName = "";
    boolean external = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean isBytes = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      boolean isNumber = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
      Message child = isBytes ? message.child(field) : null;
      if (child != null) {
        hasGraph |= message == Message.MODEL && field == MODEL_GRAPH;
        int outerLimit = in.pushLimit(in.readRawVarint32());
        walk(in, child, depth + 1);
        in.popLimit(outerLimit);
      } else if (message == Message.TENSOR && field == TENSOR_NAME && isBytes) {
        tensorName = in.readString();
      } else if (message == Message.TENSOR && field == TENSOR_DATA_LOCATION && isNumber) {
        external |= in.readRawVarint64() != 0;
      } else {
        external |=
            message == Message.TENSOR
                && (field == TENSOR_EXTERNAL_DATA || field == TENSOR_DATA_LOCATION);
        if (!in.skipField(tag)) {
          throw notOnnx("bytes that are no protobuf (a group ends that never began)");
        }
      }
    }
    if (external) {
      throw new InvalidModelException(
          contract,
          Refusal.EXTERNAL_DATA,
          "all weights inside the file",
          "tensor '" + tensorName + "' in external data",
          "Save the model with its weights inside (onnx.save with save_as_external_data=False)");
    }
  }

  private InvalidModelException notOnnx(String found) {
    return new InvalidModelException(
        contract, Refusal.CORRUPT, "an ONNX model", found, "Export the model to ONNX again");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  /** The messages of onnx.proto on the way to a tensor. */
  private enum Message {
    MODEL,
    TRAINING,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR;

    /** The message in a field of this one, null where no tensor can lie behind it. */
    @Nullable Message child(int field) {
      return switch (this) {
        case MODEL ->
            switch (field) {
              case MODEL_GRAPH -> GRAPH;
              case 20 -> TRAINING;
              case 25 -> FUNCTION;
              default -> null;
            };
        case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
        case FUNCTION ->
            switch (field) {
              case 7 -> NODE;
              case 11 -> ATTRIBUTE;
              default -> null;
            };
        case GRAPH ->
            switch (field) {
              case 1 -> NODE;
              case 5 -> TENSOR;
              case 15 -> SPARSE_TENSOR;
              default -> null;
            };
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case TENSOR -> null;
      };
    }
  }
}
