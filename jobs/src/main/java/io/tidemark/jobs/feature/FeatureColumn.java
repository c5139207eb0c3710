package io.tidemark.jobs.feature;

import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.Range;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a feature goes in the vector, and what stands there when it has no value or a wrong one.
 *
 * @param columns positions in the vector: more than one where several tensors take the feature
 * @param defaultValue NaN for none
 * @param check bounds of a valid value, null for none
 */
record FeatureColumn(int[] columns, double defaultValue, @Nullable Range check)
    implements Serializable {

  /** The column of a feature of a contract; without positions if the model does not use it. */
  static FeatureColumn of(ModelContract model, String contract, Feature feature) {
    Double defaultValue = feature.defaultValue();
    return new FeatureColumn(
        positions(model, new FeatureRef(contract, feature.name())),
        defaultValue == null ? Double.NaN : defaultValue,
        feature.check());
  }

  /** The column of a field of the trigger. */
  static FeatureColumn ofTriggerField(ModelContract model, String field) {
    return new FeatureColumn(positions(model, new FeatureRef(null, field)), Double.NaN, null);
  }

  private static int[] positions(ModelContract model, FeatureRef ref) {
    List<FeatureRef> features = model.features();
    return IntStream.range(0, features.size()).filter(i -> features.get(i).equals(ref)).toArray();
  }

  boolean isUsed() {
    return columns.length > 0;
  }

  /**
   * @param value not finite where there is none
   * @param status of the value if there is one
   */
  void put(FeatureVector vector, double value, FeatureStatus status) {
    if (!Double.isFinite(value)) {
      set(vector, defaultValue, FeatureStatus.MISSING);
    } else if (check != null && !check.contains(value)) {
      set(vector, value, FeatureStatus.INVALID);
    } else {
      set(vector, value, status);
    }
  }

  private void set(FeatureVector vector, double value, FeatureStatus status) {
    for (int column : columns) {
      vector.set(column, value, status);
    }
  }
}
