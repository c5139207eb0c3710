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
import io.tidemark.runtime.ExecutionProvider;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionLease;
import io.tidemark.runtime.SessionRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A model in ONNX Runtime. Inputs are read where the rows were written, the output is written into
 * a buffer that every batch reuses: nothing is copied, and only the output that holds the score is
 * fetched.
 *
 * <p>On CUDA a batch is filled up to the next power of two with rows that nobody reads: a device
 * plans its memory and picks its kernels per shape, and these few shapes have all been seen when
 * the first record comes.
 */
final class OnnxScoringEngine implements ScoringEngine {
  /** Two, so that a row count cannot be mistaken for a column count of one. */
  private static final int PROBE_ROWS = 2;

  private final ModelContract contract;
  private final SessionLease lease;
  private final InputLayout layout;
  private final ModelOutput output;
  private final int maxRows;
  private final boolean padded;
  private final @Nullable BatchCost cost;

  private OnnxScoringEngine(
      ModelContract contract,
      SessionLease lease,
      InputLayout layout,
      ModelOutput output,
      @Nullable BatchCost cost) {
    this.contract = contract;
    this.lease = lease;
    this.layout = layout;
    this.output = output;
    this.maxRows = contract.batch().maxRows();
    this.padded = lease.provider() == ExecutionProvider.CUDA;
    this.cost = cost;
  }

  /**
   * Loads the model, compares it with its contract and runs it on zeros: once, which shows the true
   * shape of its output, and then in batches of all sizes, which warms it up and shows what they
   * cost.
   *
   * @param model bytes that {@link OnnxFile#check} let pass
   * @throws InvalidModelException if the model is not what its contract says
   */
  static OnnxScoringEngine open(
      ModelContract contract,
      InputLayout layout,
      byte[] model,
      ProviderChoice provider,
      SessionRegistry registry)
      throws InvalidModelException {
    ZipMap unzipped = unzipped(contract, model);
    SessionLease lease;
    try {
      lease = registry.acquire(unzipped.model(), provider);
    } catch (OrtException e) {
      throw cannotRun(contract, e);
    }
    try {
      ModelOutput output =
          lease.run(
              session -> {
                checkInputs(contract, session);
                return probe(contract, unzipped, layout, session);
              });
      OnnxScoringEngine cold = new OnnxScoringEngine(contract, lease, layout, output, null);
      return new OnnxScoringEngine(contract, lease, layout, output, WarmUp.run(cold));
    } catch (OrtException e) {
      lease.close();
      throw cannotRun(contract, e);
    } catch (InvalidModelException | RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  /** Another one of the same model, for another thread. */
  OnnxScoringEngine another() {
    return new OnnxScoringEngine(contract, lease.another(), layout, output.another(), cost);
  }

  @Override
  public void score(TensorRows rows, int from, int count, BatchScores scores) throws OrtException {
    int run = padded ? Math.min(bucket(count), maxRows - from) : count;
    lease.run(session -> run(session, rows, from, run)).read(from, count, scores);
  }

  private static int bucket(int count) {
    return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
  }

  private ModelOutput run(OrtSession session, TensorRows rows, int from, int count)
      throws OrtException {
    try (Tensors inputs = Tensors.of(layout, rows, from, count);
        OnnxTensor pinned = output.pinned(count);
        OrtSession.Result ignored = session.run(inputs.byName, Map.of(output.name(), pinned))) {
      return output;
    }
  }

  /** A device that has run out of memory may have some again when another batch is done. */
  @Override
  public boolean isTransient(Throwable failure) {
    if (!(failure instanceof OrtException e)) {
      return false;
    }
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return e.getCode() == OrtException.OrtErrorCode.ORT_EP_FAIL
        || message.contains("failed to allocate")
        || message.contains("out of memory")
        || message.contains("alloc_failed");
  }

  @Override
  public @Nullable BatchCost cost() {
    return cost;
  }

  /** Room for rows of this model. */
  TensorRows newRows() {
    return new TensorRows(layout, maxRows);
  }

  int maxRows() {
    return maxRows;
  }

  /** How many batches the device runs at once. */
  int batchesAtOnce() {
    return padded ? 2 : 1;
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
          Refusal.MISMATCH,
          "input tensors " + sorted(expected),
          "" + sorted(found.keySet()),
          "Name the model's own tensors under inputs");
    }
    for (TensorInput input : contract.inputs()) {
      long elements = LongStream.of(input.rowShape()).reduce(1, Math::multiplyExact);
      if (elements != input.features().size()) {
        throw new InvalidModelException(
            contract,
            Refusal.MISMATCH,
            "a row of shape " + input.shape() + " in input " + input.tensor(),
            input.features().size() + " columns",
            "Make the product of its dimensions the number of its columns");
      }
      String expectedTensor =
          "input %s of %s%s"
              .formatted(input.tensor(), onnxType(input.type()), shapeOf(input.rowShape()));
      if (!(found.get(input.tensor()).getInfo() instanceof TensorInfo tensor)) {
        throw new InvalidModelException(
            contract,
            Refusal.MISMATCH,
            expectedTensor,
            found.get(input.tensor()).getInfo().toString(),
            "Export the model with tensor inputs");
      }
      long[] shape = tensor.getShape();
      if (tensor.type != onnxType(input.type()) || !fits(shape, input.rowShape())) {
        throw new InvalidModelException(
            contract,
            Refusal.MISMATCH,
            expectedTensor,
            tensor.type + Arrays.toString(shape).replace("-1", "any"),
            "Make the contract's inputs those the model was trained on, or export it again with any"
                + " number of rows");
      }
    }
  }

  private static String shapeOf(long[] rowShape) {
    return LongStream.of(rowShape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[rows, ", "]"));
  }

  /** Any number of rows, and of every other dimension what the contract has or any. */
  private static boolean fits(long[] shape, long[] rowShape) {
    boolean fits = shape.length == rowShape.length + 1 && shape[0] == -1;
    for (int i = 0; fits && i < rowShape.length; i++) {
      fits = shape[i + 1] == -1 || shape[i + 1] == rowShape[i];
    }
    return fits;
  }

  private static ZipMap unzipped(ModelContract contract, byte[] model)
      throws InvalidModelException {
    ZipMap unzipped;
    try {
      unzipped = ZipMap.removed(model, contract.output());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the file was walked before
    }
    if (unzipped.column(contract.output()) < 0) {
      throw new InvalidModelException(
          contract,
          Refusal.MISMATCH,
          "output " + contract.output() + " in a map of classes",
          unzipped.labels() == null ? "no map" : "the classes " + unzipped.labels(),
          "Name one of its classes, or a column of a tensor");
    }
    return unzipped;
  }

  private static ModelOutput probe(
      ModelContract contract, ZipMap unzipped, InputLayout layout, OrtSession session)
      throws InvalidModelException, OrtException {
    String name = unzipped.output();
    String expected = "output " + contract.output() + " in a float or double tensor";
    if (!session.getOutputNames().contains(name)) {
      throw new InvalidModelException(
          contract,
          Refusal.MISMATCH,
          expected,
          "outputs " + sorted(session.getOutputNames()),
          "Name one of these as output.score");
    }
    int rowCount = Math.min(PROBE_ROWS, contract.batch().maxRows());
    TensorRows rows = new TensorRows(layout, rowCount);
    try (Tensors inputs = Tensors.of(layout, rows, 0, rowCount);
        OrtSession.Result result = session.run(inputs.byName, Set.of(name))) {
      if (!(result.get(0).getInfo() instanceof TensorInfo tensor)
          || (tensor.type != OnnxJavaType.FLOAT && tensor.type != OnnxJavaType.DOUBLE)) {
        throw new InvalidModelException(
            contract,
            Refusal.MISMATCH,
            expected,
            result.get(0).getInfo().toString(),
            "Name an output of numbers, or export the model with one");
      }
      long[] shape = tensor.getShape();
      int index = unzipped.column(contract.output());
      boolean fits =
          shape.length >= 1
              && shape.length <= 2
              && shape[0] == rowCount
              && index < (shape.length == 1 ? 1 : shape[1]);
      if (!fits) {
        throw new InvalidModelException(
            contract,
            Refusal.MISMATCH,
            expected,
            "shape %s for %d rows".formatted(Arrays.toString(shape), rowCount),
            "Choose an output of shape [rows], [rows, 1] or [rows, n] and an index inside it");
      }
      return ModelOutput.of(name, tensor, index, contract.batch().maxRows());
    }
  }

  private static InvalidModelException cannotRun(ModelContract contract, OrtException e) {
    return new InvalidModelException(
        contract,
        Refusal.CORRUPT,
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
      case STRING -> OnnxJavaType.STRING;
    };
  }

  /**
   * The input tensors of one run; those of numbers are views and own no memory but their handles.
   */
  private static final class Tensors implements AutoCloseable {
    private final Map<String, OnnxTensor> byName = new HashMap<>();

    static Tensors of(InputLayout layout, TensorRows rows, int from, int count)
        throws OrtException {
      Tensors tensors = new Tensors();
      try {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        for (int i = 0; i < layout.inputs().size(); i++) {
          tensors.byName.put(
              layout.inputs().get(i).tensor(), rows.tensor(environment, i, from, count));
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
}
