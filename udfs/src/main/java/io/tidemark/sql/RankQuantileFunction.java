package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/**
 * A quantile whose rank is off by at most 1.33 %: (value, rank). See {@link
 * io.tidemark.aggregate.RankQuantile}.
 */
public final class RankQuantileFunction extends RankedFunction {
  private static final long serialVersionUID = 1L;

  public RankQuantileFunction() {
    super(AggregateKind.RANK_QUANTILE);
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }
}
