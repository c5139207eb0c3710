package io.tidemark.jobs.score;

import ai.onnxruntime.OrtException;
import io.tidemark.contract.Fallback;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.function.InputExpression;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What answers where a model did not, as its contract says. Never fails and never waits: where an
 * expression or a second model gives no finite number, the contract's constant answers.
 *
 * <p>Not thread-safe: used by the task thread.
 */
abstract class FallbackScorer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FallbackScorer.class);

  private final double constant;
  private boolean failing;

  private FallbackScorer(double constant) {
    this.constant = constant;
  }

  /**
   * @throws InvalidModelException if the second model may not be used
   */
  static FallbackScorer open(ServedModel model, VectorColumns columns, InputLayoutSource layouts)
      throws InvalidModelException {
    Fallback fallback = model.contract().fallback();
    if (fallback.model() != null && model.fallback() != null) {
      ModelContract light = contractOfModel(model.contract());
      OnnxFile.check(light, model.fallback());
      InputLayout layout = layouts.layout(light);
      // On the CPU: it answers where the device did not.
      return new OfModel(
          fallback.score(),
          OnnxScoringEngine.open(
              light, layout, model.fallback(), ProviderChoice.CPU, SessionRegistry.ofProcess()),
          new TensorRows(layout, 1));
    }
    if (fallback.expression() != null) {
      return new OfExpression(model.contract(), fallback.expression(), columns);
    }
    return constant(fallback.score());
  }

  /** A number and nothing else. */
  static FallbackScorer constant(double score) {
    return new Constant(score);
  }

  /** The contract of the second model: the first one's with its own file, inputs and output. */
  static ModelContract contractOfModel(ModelContract contract) {
    Fallback.Model light = contract.fallback().model();
    if (light == null) {
      throw new IllegalArgumentException(contract.metadata().name() + " has no second model");
    }
    return new ModelContract(
        contract.metadata(),
        contract.trigger(),
        light.artifact(),
        light.inputs(),
        light.output(),
        contract.contracts(),
        null,
        contract.missing(),
        new ModelContract.Batch(1, Duration.ZERO),
        contract.timeout(),
        contract.fallbackScore());
  }

  /** The answer for a record, always finite where the contract's constant is. */
  final double score(FeatureVector vector) {
    try {
      double score = compute(vector);
      failing = false;
      return Double.isFinite(score) ? score : constant;
    } catch (Exception e) {
      if (!failing) { // the first of a run of failures
        failing = true;
        LOG.warn("A fallback failed too, its constant {} answers: {}", constant, e.toString());
      }
      return constant;
    }
  }

  abstract double compute(FeatureVector vector) throws Exception;

  @Override
  public void close() {}

  /** Where a model's inputs are in the job's vectors. */
  interface InputLayoutSource {
    InputLayout layout(ModelContract contract);
  }

  private static final class Constant extends FallbackScorer {
    private final double score;

    Constant(double score) {
      super(score);
      this.score = score;
    }

    @Override
    double compute(FeatureVector vector) {
      return score;
    }
  }

  private static final class OfExpression extends FallbackScorer {
    private final InputExpression expression;
    private final Map<FeatureRef, Integer> columnOf = new HashMap<>();

    OfExpression(ModelContract contract, String expression, VectorColumns columns) {
      super(contract.fallbackScore());
      this.expression = new InputExpression(contract.inputs(), expression);
      for (FeatureRef feature : contract.features()) {
        int[] positions = columns.positions(feature);
        if (positions.length > 0) {
          columnOf.put(feature, positions[0]);
        }
      }
    }

    @Override
    double compute(FeatureVector vector) {
      return expression.evaluate(
          feature -> {
            Integer column = columnOf.get(feature);
            return column == null ? Double.NaN : vector.value(column);
          });
    }
  }

  private static final class OfModel extends FallbackScorer {
    private final OnnxScoringEngine engine;
    private final TensorRows rows;
    private final BatchScores scores = new BatchScores(1);

    OfModel(double constant, OnnxScoringEngine engine, TensorRows rows) {
      super(constant);
      this.engine = engine;
      this.rows = rows;
    }

    @Override
    double compute(FeatureVector vector) throws OrtException {
      if (!rows.write(0, vector)) {
        return Double.NaN;
      }
      engine.score(rows, 0, 1, scores);
      return scores.value(0);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
