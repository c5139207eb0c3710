package io.tidemark.cli.check;

import io.tidemark.contract.ByteSize;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.StateEstimate;
import io.tidemark.contract.review.FeatureState;
import io.tidemark.contract.review.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of a contract before and after, as reports show it.
 *
 * @param keys how many; 0 where nobody said
 */
public record StateRow(
    String contract,
    long bytesPerKeyBefore,
    long bytesPerKeyAfter,
    long keys,
    List<FeatureState> features) {
  public StateRow {
    features = List.copyOf(features);
  }

  /**
   * @param before the set that the old contract is of
   * @param after the set that the new one is of
   */
  static StateRow of(StateChange change, Contracts before, Contracts after, @Nullable Load load) {
    Double rate = load == null ? null : load.eventsPerSecond();
    StateChange loaded =
        load == null || rate == null ? change : change.at(load.eventsPerKeyPerDay(rate));
    return new StateRow(
        change.contract(),
        bytesPerKey(loaded.before(), before),
        bytesPerKey(loaded.after(), after),
        load == null ? 0 : load.keys(),
        change.features());
  }

  private static long bytesPerKey(@Nullable FeatureContract contract, Contracts all) {
    return contract == null
        ? 0
        : StateEstimate.of(contract, all.event(contract.source()).orElseThrow()).bytes();
  }

  /** Of all keys; 0 where nobody said how many there are. */
  public long bytesBefore() {
    return Math.multiplyExact(bytesPerKeyBefore, keys);
  }

  /** Of all keys; 0 where nobody said how many there are. */
  public long bytesAfter() {
    return Math.multiplyExact(bytesPerKeyAfter, keys);
  }

  /** One line: bytes of a key before and after, and of all keys. */
  String sizes() {
    return size(bytesPerKeyBefore)
        + " → "
        + size(bytesPerKeyAfter)
        + " per key"
        + (keys == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", %s → %s for %,d keys",
                size(bytesBefore()),
                size(bytesAfter()),
                keys));
  }

  /** What becomes of features, those that do the same in one. */
  List<String> answers() {
    List<String> answers = new ArrayList<>();
    for (FeatureState state : features) {
      String answer =
          state.answer().name().toLowerCase(Locale.ROOT).replace('_', ' ')
              + (state.warmUp().isZero() ? "" : " for " + days(state.warmUp()));
      answers.add(state.feature() + " " + answer);
    }
    return answers;
  }

  /** Whole days as such, else as ISO writes it. */
  static String days(Duration duration) {
    long days = duration.toDays();
    return days > 0 && duration.equals(Duration.ofDays(days))
        ? "P" + days + "D"
        : duration.toString();
  }

  private static String size(long bytes) {
    return bytes < 10_240 ? bytes + "B" : ByteSize.roundedUp(bytes).toString();
  }
}
