package io.tidemark.contract;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What answers where the model did not, marked as degraded: a second, lighter model, else an
 * expression, else a constant.
 *
 * @param score where there is neither expression nor model, or they give no finite number
 * @param expression in CEL over the model's inputs, as doubles and by their names; null for none
 * @param model null for none
 */
public record Fallback(double score, @Nullable String expression, @Nullable Model model)
    implements Serializable {

  /** A number and nothing else. */
  public static Fallback constant(double score) {
    return new Fallback(score, null, null);
  }

  /**
   * A lighter model, which is run where the other one has failed.
   *
   * @param inputs of features that the other one takes too
   */
  public record Model(ModelContract.Artifact artifact, List<TensorInput> inputs, ScoreOutput output)
      implements Serializable {
    public Model {
      inputs = List.copyOf(inputs);
    }
  }
}
