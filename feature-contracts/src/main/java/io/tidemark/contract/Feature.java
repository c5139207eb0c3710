package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One named value of an entity (or of the row alone), or an array of such values.
 *
 * @param type of the value, or of each element of an array
 * @param freshness how far the feature's source may lag the event that asks; null where unbounded
 * @param defaultValue the value (of each element) where there is nothing to aggregate; null for
 *     none (NaN)
 * @param check bounds outside of which the value (of an element) is marked invalid; null for none
 * @param renamedFrom the name that it had in an earlier version of the contract; null for none.
 *     Values, and with them state, do not depend on it
 */
public record Feature(
    String name,
    FieldType type,
    FeatureDefinition definition,
    @Nullable Duration freshness,
    @Nullable Double defaultValue,
    @Nullable Range check,
    @Nullable String renamedFrom)
    implements Serializable {

  /** A feature that never had another name. */
  public Feature(
      String name,
      FieldType type,
      FeatureDefinition definition,
      @Nullable Duration freshness,
      @Nullable Double defaultValue,
      @Nullable Range check) {
    this(name, type, definition, freshness, defaultValue, check, null);
  }

  /** Whether the value is an array, though it may have one element only. */
  public boolean isArray() {
    return definition instanceof FeatureDefinition.WindowedAggregate windowed
        && windowed.aggregate().kind().isArray();
  }

  /**
   * The columns of a feature vector that the feature takes, in order: its name, or {@code name[0]},
   * {@code name[1]}, … for an array.
   */
  public List<String> columns() {
    return isArray()
        ? IntStream.range(0, definition.width()).mapToObj(i -> name + "[" + i + "]").toList()
        : List.of(name);
  }
}
