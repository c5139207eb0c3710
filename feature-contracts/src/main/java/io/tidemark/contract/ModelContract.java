package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One model: which event asks for a score, which features make its tensors, which file it is.
 *
 * @param trigger the topic whose every event asks for a score
 * @param contracts the feature contracts it was trained on, by name, with their major version
 * @param baseline URI of the reference distributions, relative like the artifact; null for none
 * @param golden URI of rows whose scores are known, relative like the artifact; null for none
 * @param timeout how long a record may wait for its score before the fallback answers
 * @param fallback what answers for a record that got no score in time
 */
public record ModelContract(
    Metadata metadata,
    TopicUri trigger,
    Artifact artifact,
    List<TensorInput> inputs,
    ScoreOutput output,
    Map<String, Integer> contracts,
    @Nullable String baseline,
    @Nullable String golden,
    MissingPolicy missing,
    Batch batch,
    Duration timeout,
    Fallback fallback)
    implements Contract {
  public ModelContract {
    inputs = List.copyOf(inputs);
    contracts = Collections.unmodifiableMap(new TreeMap<>(contracts));
  }

  /** Without golden rows, and with a constant for a fallback. */
  public ModelContract(
      Metadata metadata,
      TopicUri trigger,
      Artifact artifact,
      List<TensorInput> inputs,
      ScoreOutput output,
      Map<String, Integer> contracts,
      @Nullable String baseline,
      MissingPolicy missing,
      Batch batch,
      Duration timeout,
      double fallbackScore) {
    this(
        metadata,
        trigger,
        artifact,
        inputs,
        output,
        contracts,
        baseline,
        null,
        missing,
        batch,
        timeout,
        Fallback.constant(fallbackScore));
  }

  /** The score of a record for which nothing else is left. */
  public double fallbackScore() {
    return fallback.score();
  }

  /** The same with another file, as of a later version that takes the same inputs. */
  public ModelContract withVersion(SemanticVersion version, Artifact file) {
    return new ModelContract(
        new Metadata(metadata.name(), version, metadata.owner(), metadata.description()),
        trigger,
        file,
        inputs,
        output,
        contracts,
        baseline,
        golden,
        missing,
        batch,
        timeout,
        fallback);
  }

  /**
   * The model file.
   *
   * @param uri relative to the {@code models} folder of the domain
   * @param sha256 64 lower-case hexadecimal digits
   */
  public record Artifact(String uri, String sha256) implements Serializable {}

  /**
   * How records are gathered before inference.
   *
   * @param maxRows a batch with this many rows leaves at once
   * @param maxDelay an older batch leaves although it is not full
   */
  public record Batch(int maxRows, Duration maxDelay) implements Serializable {
    public Batch {
      if (maxRows < 1 || maxDelay.isNegative()) {
        throw new IllegalArgumentException("Not a batch: " + maxRows + " rows, " + maxDelay);
      }
    }
  }

  /** The model with every input in place of which stand the columns that it takes. */
  ModelContract withColumns(BiFunction<ModelContract, FeatureRef, List<FeatureRef>> columnsOf) {
    List<TensorInput> tensors =
        inputs.stream()
            .map(
                input ->
                    new TensorInput(
                        input.tensor(),
                        input.type(),
                        input.features().stream()
                            .flatMap(feature -> columnsOf.apply(this, feature).stream())
                            .toList(),
                        input.shape()))
            .toList();
    return new ModelContract(
        metadata, trigger, artifact, tensors, output, contracts, baseline, golden, missing, batch,
        timeout, fallback);
  }

  /** Every feature of every input, in tensor order: the columns of a feature vector. */
  public List<FeatureRef> features() {
    return inputs.stream().flatMap(input -> input.features().stream()).toList();
  }
}
