package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model that was found good: checked, loaded, warmed up, compared with its golden
 * rows.
 *
 * @param engines as many as the device runs batches at once; whoever holds this closes them
 * @param nanos that the load took
 */
record LoadedModel(
    ModelContract contract, InputLayout layout, List<? extends ScoringEngine> engines, long nanos) {

  /**
   * Loads a version into this process, or finds it there.
   *
   * @throws InvalidModelException if it may not be used, with the reason
   */
  static LoadedModel load(ServedModel model, InputLayout layout, ProviderChoice provider)
      throws InvalidModelException {
    long startNanos = System.nanoTime();
    ModelContract contract = model.contract();
    OnnxFile.check(contract, model.file());
    OnnxScoringEngine engine =
        OnnxScoringEngine.open(
            contract, layout, model.file(), provider, SessionRegistry.ofProcess());
    boolean good = false;
    try {
      if (model.golden() != null) {
        GoldenRows.read(contract, model.golden())
            .check(
                engine, new TensorRows(InputLayout.ofItself(contract), contract.batch().maxRows()));
      }
      List<OnnxScoringEngine> engines =
          Stream.concat(
                  Stream.of(engine),
                  IntStream.range(1, engine.batchesAtOnce()).mapToObj(i -> engine.another()))
              .toList();
      good = true;
      return new LoadedModel(contract, layout, engines, System.nanoTime() - startNanos);
    } finally {
      if (!good) {
        engine.close();
      }
    }
  }

  /** An engine of one's own in the place of a job's first model. */
  static LoadedModel of(ScoringModels models, ScoringEngine engine) {
    ModelContract contract = models.byDefault().contract();
    return new LoadedModel(contract, models.layout(contract), List.of(engine), 0);
  }

  /** How batches of it are paced. */
  BatchPacing pacing() {
    BatchCost cost = cost();
    return cost == null
        ? BatchPacing.fixed(contract.batch())
        : BatchPacing.adaptive(contract.batch(), contract.timeout(), cost, System.nanoTime());
  }

  private @Nullable BatchCost cost() {
    return engines.get(0).cost();
  }

  void close() {
    engines.forEach(ScoringEngine::close);
  }
}
