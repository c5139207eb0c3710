package io.tidemark.jobs.score;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.ModelStamp;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model with its files.
 *
 * @param file the ONNX file
 * @param golden rows whose scores are known, as CSV; null for none
 * @param fallback the ONNX file of the contract's lighter model; null where it has none
 */
public record ServedModel(
    ModelContract contract, byte[] file, byte @Nullable [] golden, byte @Nullable [] fallback)
    implements Serializable {

  /** Without golden rows and without a second model. */
  public ServedModel(ModelContract contract, byte[] file) {
    this(contract, file, null, null);
  }

  /**
   * A model with all files that its contract names.
   *
   * @throws InvalidContractsException if one of them is absent, too large or another one
   */
  public static ServedModel read(Contracts contracts, ModelContract model)
      throws InvalidContractsException {
    return new ServedModel(
        model,
        contracts.readArtifact(model),
        contracts.readGolden(model).orElse(null),
        contracts.readFallback(model).orElse(null));
  }

  /**
   * @throws InvalidModelException if a file is not the contract's, or may not be loaded
   */
  void check() throws InvalidModelException {
    OnnxFile.check(contract, file);
    if (fallback != null) {
      OnnxFile.check(FallbackScorer.contractOfModel(contract), fallback);
    }
    if (golden != null) {
      GoldenRows.read(contract, golden);
    }
  }

  /**
   * @throws InvalidModelException if the stamp means another file, or there is no room for this one
   */
  void requireFit(ModelStamp stamp, long maxBytes) throws InvalidModelException {
    if (file.length > maxBytes) {
      throw OnnxFile.tooLarge(contract, file.length, maxBytes);
    }
    if (!stamp.sha256().equals(contract.artifact().sha256())) {
      throw OnnxFile.otherFile(contract, stamp.sha256());
    }
  }
}
