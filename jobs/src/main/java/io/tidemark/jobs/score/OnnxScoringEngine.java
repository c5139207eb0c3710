package io.tidemark.jobs.score;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionLease;
import io.tidemark.runtime.SessionRegistry;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model in ONNX Runtime. Inputs are read where the rows were written, the output is written into
 * a buffer that every batch reuses: nothing is copied, and only the output that holds the score is
 * computed.
 */
final class OnnxScoringEngine implements ScoringEngine {
  /** Two, so that a row count cannot be mistaken for a column count of one. */
  private static final int PROBE_ROWS = 2;

  private final ModelContract contract;
  private final SessionLease lease;
  private final Output output;

  private OnnxScoringEngine(ModelContract contract, SessionLease lease, Output output) {
    this.contract = contract;
    this.lease = lease;
    this.output = output;
  }

  /**
   * Loads the model, compares it with its contract and runs it once on zeros, which shows the true
   * shape of its output and warms it up.
   *
   * @param model bytes that {@link OnnxFile#check} let pass
   * @throws InvalidModelException if the model is not what its contract says
   */
  static OnnxScoringEngine open(
      ModelContract contract, byte[] model, ProviderChoice provider, SessionRegistry registry)
      throws InvalidModelException {
    SessionLease lease;
    try {
      lease = registry.acquire(model, provider);
    } catch (OrtException e) {
      throw cannotRun(contract, e);
    }
    try {
      Output output =
          lease.run(
              session -> {
                checkInputs(contract, session);
                return probe(contract, session);
              });
      return new OnnxScoringEngine(contract, lease, output);
    } catch (OrtException e) {
      lease.close();
      throw cannotRun(contract, e);
    } catch (InvalidModelException | RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  @Override
  public void score(TensorRows rows, int count, double[] scores) throws OrtException {
    lease.run(session -> run(session, rows, count)).read(count, scores);
  }

  private Output run(OrtSession session, TensorRows rows, int count) throws OrtException {
    try (Tensors inputs = Tensors.of(contract, rows, count);
        OnnxTensor pinned = output.pinned(count);
        OrtSession.Result ignored =
            session.run(inputs.byName, Map.of(contract.output().tensor(), pinned))) {
      return output;
    }
  }

  @Override
  public String provider() {
    return lease.provider().label();
  }

  @Override
  public void close() {
    lease.close();
  }

  private static void checkInputs(ModelContract contract, OrtSession session)
      throws InvalidModelException, OrtException {
    Map<String, NodeInfo> found = session.getInputInfo();
    Set<String> expected =
        contract.inputs().stream().map(TensorInput::tensor).collect(Collectors.toSet());
    if (!found.keySet().equals(expected)) {
      throw new InvalidModelException(
          contract,
          "input tensors " + sorted(expected),
          "" + sorted(found.keySet()),
          "Name the model's own tensors under inputs");
    }
    for (TensorInput input : contract.inputs()) {
      String expectedTensor =
          "input %s of %s[rows, %d]"
              .formatted(input.tensor(), onnxType(input.type()), input.features().size());
      if (!(found.get(input.tensor()).getInfo() instanceof TensorInfo tensor)) {
        throw new InvalidModelException(
            contract,
            expectedTensor,
            found.get(input.tensor()).getInfo().toString(),
            "Export the model with tensor inputs");
      }
      long[] shape = tensor.getShape();
      if (tensor.type != onnxType(input.type())
          || shape.length != 2
          || shape[0] != -1
          || (shape[1] != -1 && shape[1] != input.features().size())) {
        throw new InvalidModelException(
            contract,
            expectedTensor,
            tensor.type + Arrays.toString(shape).replace("-1", "any"),
            "Make the contract's inputs those the model was trained on, or export it again with any"
                + " number of rows");
      }
    }
  }

  private static Output probe(ModelContract contract, OrtSession session)
      throws InvalidModelException, OrtException {
    String name = contract.output().tensor();
    String expected = "output " + contract.output() + " in a float or double tensor";
    if (!session.getOutputNames().contains(name)) {
      throw new InvalidModelException(
          contract,
          expected,
          "outputs " + sorted(session.getOutputNames()),
          "Name one of these as output.score");
    }
    int rowCount = Math.min(PROBE_ROWS, contract.batch().maxRows());
    TensorRows rows = new TensorRows(contract);
    try (Tensors inputs = Tensors.of(contract, rows, rowCount);
        OrtSession.Result result = session.run(inputs.byName, Set.of(name))) {
      if (!(result.get(0).getInfo() instanceof TensorInfo tensor)
          || (tensor.type != OnnxJavaType.FLOAT && tensor.type != OnnxJavaType.DOUBLE)) {
        throw new InvalidModelException(
            contract,
            expected,
            result.get(0).getInfo().toString(),
            "Export the model with numeric tensor outputs (a tree ensemble: without zipmap)");
      }
      long[] shape = tensor.getShape();
      int index = contract.output().index();
      boolean fits =
          shape.length >= 1
              && shape.length <= 2
              && shape[0] == rowCount
              && index < (shape.length == 1 ? 1 : shape[1]);
      if (!fits) {
        throw new InvalidModelException(
            contract,
            expected,
            "shape %s for %d rows".formatted(Arrays.toString(shape), rowCount),
            "Choose an output of shape [rows], [rows, 1] or [rows, n] and an index inside it");
      }
      return Output.of(tensor, contract);
    }
  }

  private static InvalidModelException cannotRun(ModelContract contract, OrtException e) {
    return new InvalidModelException(
        contract,
        "a model that ONNX Runtime can run",
        "'" + e.getMessage() + "'",
        "Export it again, for an opset that ONNX Runtime "
            + OrtEnvironment.getEnvironment().getVersion()
            + " knows");
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static OnnxJavaType onnxType(TensorType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case INT64 -> OnnxJavaType.INT64;
    };
  }

  private static OnnxTensor tensor(Buffer elements, long[] shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (elements instanceof FloatBuffer floats) {
      return OnnxTensor.createTensor(environment, floats, shape);
    }
    if (elements instanceof DoubleBuffer doubles) {
      return OnnxTensor.createTensor(environment, doubles, shape);
    }
    return OnnxTensor.createTensor(environment, (LongBuffer) elements, shape);
  }

  /** The input tensors of one run; they are views and own no memory but their handles. */
  private static final class Tensors implements AutoCloseable {
    private final Map<String, OnnxTensor> byName = new HashMap<>();

    static Tensors of(ModelContract contract, TensorRows rows, int count) throws OrtException {
      Tensors tensors = new Tensors();
      try {
        for (int i = 0; i < contract.inputs().size(); i++) {
          TensorInput input = contract.inputs().get(i);
          long[] shape = {count, input.features().size()};
          tensors.byName.put(input.tensor(), tensor(rows.elements(i, count), shape));
        }
        return tensors;
      } catch (OrtException | RuntimeException | Error e) {
        tensors.close();
        throw e;
      }
    }

    @Override
    public void close() {
      byName.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * The output tensor and where in it the scores are.
   *
   * @param elements room for the largest batch
   * @param columns 0 for shape [rows], else n of shape [rows, n]
   */
  private record Output(Buffer elements, int columns, int index) {
    static Output of(TensorInfo probed, ModelContract contract) {
      long[] shape = probed.getShape();
      int columns = shape.length == 1 ? 0 : Math.toIntExact(shape[1]);
      int size = Math.multiplyExact(contract.batch().maxRows(), Math.max(1, columns));
      ByteBuffer bytes =
          ByteBuffer.allocateDirect(Math.multiplyExact(size, probed.type.size))
              .order(ByteOrder.nativeOrder());
      Buffer elements =
          probed.type == OnnxJavaType.FLOAT ? bytes.asFloatBuffer() : bytes.asDoubleBuffer();
      return new Output(elements, columns, contract.output().index());
    }

    OnnxTensor pinned(int rows) throws OrtException {
      long[] shape = columns == 0 ? new long[] {rows} : new long[] {rows, columns};
      return tensor(elements.duplicate().limit(rows * stride()), shape);
    }

    void read(int rows, double[] scores) {
      if (elements instanceof FloatBuffer floats) {
        for (int row = 0, at = index; row < rows; row++, at += stride()) {
          scores[row] = floats.get(at);
        }
      } else if (elements instanceof DoubleBuffer doubles) {
        for (int row = 0, at = index; row < rows; row++, at += stride()) {
          scores[row] = doubles.get(at);
        }
      }
    }

    private int stride() {
      return Math.max(1, columns);
    }
  }
}
