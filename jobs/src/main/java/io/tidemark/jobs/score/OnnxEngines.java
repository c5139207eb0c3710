package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;

/** Opens a model that travels with the job graph where it is used. */
record OnnxEngines(ModelContract contract, byte[] model, ProviderChoice provider)
    implements ScoringEngine.Factory {
  private static final long serialVersionUID = 1L;

  /**
   * @throws InvalidModelException if the file is not the contract's, or may not be loaded
   */
  static OnnxEngines of(ModelContract contract, byte[] model, ProviderChoice provider)
      throws InvalidModelException {
    OnnxFile.check(contract, model);
    return new OnnxEngines(contract, model.clone(), provider);
  }

  @Override
  public ScoringEngine open() throws InvalidModelException {
    return OnnxScoringEngine.open(
        contract,
        InputLayout.of(contract, VectorColumns.of(contract), null),
        model,
        provider,
        SessionRegistry.ofProcess());
  }
}
