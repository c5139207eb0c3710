package io.tidemark.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A column of a model's input by name: {@code contract.feature}, {@code contract.feature[2]} for an
 * element of an array, or the bare name of a field of the trigger.
 *
 * @param contract null for a field of the trigger
 */
public record FeatureRef(@Nullable String contract, String name) implements Serializable {
  @Override
  public String toString() {
    return contract == null ? name : contract + "." + name;
  }
}
