package io.tidemark.contract.review;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.StateBudget;
import io.tidemark.contract.StateEstimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the state of one contract.
 *
 * @param contract name and major version, such as {@code customer_spending 2}
 * @param before null where there was none
 * @param after null where there is none any more
 * @param features those with state, in the order of the files; removed ones last
 */
public record StateChange(
    String contract,
    @Nullable FeatureContract before,
    @Nullable FeatureContract after,
    List<FeatureState> features) {
  public StateChange {
    features = List.copyOf(features);
  }

  /** Bytes of a key before, at the contract's own rate of events; 0 where there was no contract. */
  public long bytesPerKeyBefore() {
    return before == null ? 0 : StateEstimate.of(before).bytes();
  }

  /** Bytes of a key after, at the contract's own rate of events; 0 where there is no contract. */
  public long bytesPerKeyAfter() {
    return after == null ? 0 : StateEstimate.of(after).bytes();
  }

  /** The same at another rate of events. */
  public StateChange at(double eventsPerKeyPerDay) {
    return new StateChange(
        contract, at(before, eventsPerKeyPerDay), at(after, eventsPerKeyPerDay), features);
  }

  private static @Nullable FeatureContract at(
      @Nullable FeatureContract contract, double eventsPerKeyPerDay) {
    return contract == null
        ? null
        : new FeatureContract(
            contract.metadata(),
            contract.entity(),
            contract.source(),
            new StateBudget(contract.state().maxBytesPerKey(), eventsPerKeyPerDay),
            contract.features());
  }
}
