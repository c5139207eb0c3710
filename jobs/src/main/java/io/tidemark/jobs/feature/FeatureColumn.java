package io.tidemark.jobs.feature;

import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Range;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import java.io.Serializable;
import java.util.List;
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

  /** The column of a feature of one number; without positions if no column takes it. */
  static FeatureColumn of(VectorColumns columns, String contract, Feature feature) {
    return of(columns, contract, feature, feature.name());
  }

  /** One column per number of a feature. */
  static List<FeatureColumn> allOf(VectorColumns columns, String contract, Feature feature) {
    return feature.columns().stream().map(name -> of(columns, contract, feature, name)).toList();
  }

  private static FeatureColumn of(
      VectorColumns columns, String contract, Feature feature, String name) {
    Double defaultValue = feature.defaultValue();
    return new FeatureColumn(
        columns.positions(new FeatureRef(contract, name)),
        defaultValue == null ? Double.NaN : defaultValue,
        feature.check());
  }

  /** The column of a field of the trigger; without positions if no column takes it. */
  static FeatureColumn ofTriggerField(VectorColumns columns, String field) {
    return new FeatureColumn(columns.positions(new FeatureRef(null, field)), Double.NaN, null);
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

  /** Text has no value in a vector; a model reads it from the trigger. */
  void markText(FeatureVector vector, boolean present) {
    set(vector, Double.NaN, present ? FeatureStatus.OK : FeatureStatus.MISSING);
  }

  private void set(FeatureVector vector, double value, FeatureStatus status) {
    for (int column : columns) {
      vector.set(column, value, status);
    }
  }
}
