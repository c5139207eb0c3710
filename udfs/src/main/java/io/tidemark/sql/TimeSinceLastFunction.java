package io.tidemark.sql;

import io.tidemark.contract.AggregateKind;

/**
 * Seconds between the youngest time given and the value before it: (value, time). See {@link
 * io.tidemark.aggregate.TimeSinceLast}.
 */
public final class TimeSinceLastFunction extends TimedFunction {
  private static final long serialVersionUID = 1L;

  public TimeSinceLastFunction() {
    super(AggregateKind.TIME_SINCE_LAST);
  }
}
