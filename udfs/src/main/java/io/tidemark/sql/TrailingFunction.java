package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;
import java.util.Set;
import org.apache.flink.table.functions.FunctionRequirement;

/**
 * An aggregate over the rows of the last while, exactly, also where the aggregate cannot give
 * values back; see {@link io.tidemark.aggregate.TrailingWindow}. Rows come in the order of time, as
 * {@code OVER} gives them.
 *
 * @param <T> of the answer
 */
public abstract class TrailingFunction<T> extends AggregatingFunction<T> {
  private static final long serialVersionUID = 1L;

  TrailingFunction(AggregateKind kind) {
    super(kind);
  }

  @Override
  public final Set<FunctionRequirement> getRequirements() {
    return Set.of(FunctionRequirement.OVER_WINDOW_ONLY);
  }
}
