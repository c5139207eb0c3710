package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The models a job scores with: those that travel with its graph, of which the first scores what
 * has no stamp, and whatever later versions of them stamps name. A version that the job was not
 * submitted with takes the inputs of the latest one of its model that it was, and lies where its
 * stamp says, with its golden rows, if any, beside it.
 *
 * @param models at least one
 * @param columns of the job's vectors
 * @param schema of the trigger, for inputs of text; null where there are none
 * @param provider what inference is to run on
 * @param deadlineEnabled whether the contracts' time-outs hold; bounded runs wait instead
 * @param maxBytes of all model files that are loaded at a time; one more may be while it is loaded
 */
public record ScoringModels(
    List<ServedModel> models,
    VectorColumns columns,
    @Nullable EventSchema schema,
    ProviderChoice provider,
    boolean deadlineEnabled,
    long maxBytes)
    implements Serializable {
  /** Room for eight of the largest models. */
  public static final long DEFAULT_MAX_BYTES = 8L * OnnxFile.MAX_BYTES;

  /** Golden rows of a version that was not there when the job was submitted. */
  static final String GOLDEN_FILE = "golden.csv";

  public ScoringModels {
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("No model to score with");
    }
  }

  /**
   * One model, on vectors that have its columns.
   *
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  public static ScoringModels of(
      ModelContract contract, byte[] file, ProviderChoice provider, boolean deadlineEnabled)
      throws InvalidModelException {
    return of(
        List.of(new ServedModel(contract, file.clone())),
        VectorColumns.of(contract),
        null,
        provider,
        deadlineEnabled);
  }

  /**
   * Several models, or one with all of its files.
   *
   * @throws InvalidModelException if a file is not its contract's, or may not be loaded
   */
  public static ScoringModels of(
      List<ServedModel> models,
      VectorColumns columns,
      @Nullable EventSchema schema,
      ProviderChoice provider,
      boolean deadlineEnabled)
      throws InvalidModelException {
    for (ServedModel model : models) {
      model.check();
    }
    return new ScoringModels(models, columns, schema, provider, deadlineEnabled, DEFAULT_MAX_BYTES);
  }

  /** For an engine that needs no file. */
  static ScoringModels withoutFile(ModelContract contract, boolean deadlineEnabled) {
    return new ScoringModels(
        List.of(new ServedModel(contract, new byte[0])),
        VectorColumns.of(contract),
        null,
        ProviderChoice.CPU,
        deadlineEnabled,
        DEFAULT_MAX_BYTES);
  }

  /** The same with another bound for what is loaded at a time. */
  public ScoringModels withMaxBytes(long bytes) {
    return new ScoringModels(models, columns, schema, provider, deadlineEnabled, bytes);
  }

  /** What scores vectors without a stamp. */
  ServedModel byDefault() {
    return models.get(0);
  }

  InputLayout layout(ModelContract contract) {
    return InputLayout.of(contract, columns, schema);
  }

  /** The contract of a stamped version; empty where the job has no model of that name. */
  Optional<ModelContract> contract(ModelStamp stamp) {
    return travelling(stamp)
        .map(ServedModel::contract)
        .or(
            () ->
                models.stream()
                    .map(ServedModel::contract)
                    .filter(contract -> contract.metadata().name().equals(stamp.model()))
                    .max((a, b) -> a.metadata().version().compareTo(b.metadata().version()))
                    .flatMap(latest -> later(latest, stamp)));
  }

  private static Optional<ModelContract> later(ModelContract latest, ModelStamp stamp) {
    return SemanticVersion.parse(stamp.version())
        .map(
            version ->
                latest.withVersion(
                    version, new ModelContract.Artifact(stamp.uri(), stamp.sha256())));
  }

  private Optional<ServedModel> travelling(ModelStamp stamp) {
    return models.stream()
        .filter(
            model ->
                model.contract().metadata().name().equals(stamp.model())
                    && model.contract().metadata().version().toString().equals(stamp.version()))
        .findFirst();
  }

  /**
   * A stamped version with its files, read now where they did not travel with the job.
   *
   * @param contract what {@link #contract} says of it
   * @throws InvalidModelException if its file cannot be read or is too large
   */
  ServedModel find(ModelStamp stamp, ModelContract contract) throws InvalidModelException {
    Optional<ServedModel> travelling = travelling(stamp);
    if (travelling.isPresent()) {
      return travelling.get();
    }
    Path file = new Path(stamp.uri());
    try {
      byte[] model = read(contract, file);
      Path golden = new Path(file.getParent(), GOLDEN_FILE);
      byte[] rows = golden.getFileSystem().exists(golden) ? read(contract, golden) : null;
      return new ServedModel(contract, model, rows, fallbackFile(contract));
    } catch (FileNotFoundException e) {
      throw missing(contract, "none");
    } catch (IOException e) {
      throw missing(contract, "'" + e.getMessage() + "'");
    }
  }

  /** The file of a version's lighter model, which is that of the version it came after. */
  byte @Nullable [] fallbackFile(ModelContract contract) {
    return models.stream()
        .filter(model -> model.contract().fallback().equals(contract.fallback()))
        .findFirst()
        .map(ServedModel::fallback)
        .orElse(null);
  }

  private static byte[] read(ModelContract contract, Path file)
      throws IOException, InvalidModelException {
    FileSystem files = file.getFileSystem();
    try (InputStream in = files.open(file)) {
      byte[] bytes = in.readNBytes(OnnxFile.MAX_BYTES + 1);
      if (bytes.length > OnnxFile.MAX_BYTES) {
        throw OnnxFile.oversized(contract, "more");
      }
      return bytes;
    }
  }

  private static InvalidModelException missing(ModelContract contract, String found) {
    return new InvalidModelException(
        contract,
        Refusal.MISSING,
        "a file that every task manager can read",
        found,
        "Put it there before a route names it");
  }
}
