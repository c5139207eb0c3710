package io.tidemark.jobs.sink;

import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import java.util.List;

/**
 * Feature vectors as CSV: {@code event_id}, then the model's features in tensor order. Integers are
 * printed as such, doubles so that they read back the same, a missing value without a default as
 * nothing.
 */
public final class FeatureCsv implements LineFormat<FeatureVector> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final List<String> names;
  private final boolean[] integral;

  /**
   * @param names of the features, in tensor order
   * @param integral which of them are whole numbers
   */
  public FeatureCsv(EventSchema schema, List<String> names, boolean[] integral) {
    this.schema = schema;
    this.names = List.copyOf(names);
    this.integral = integral.clone();
  }

  @Override
  public String header() {
    return "event_id," + String.join(",", names);
  }

  @Override
  public void append(FeatureVector vector, StringBuilder line) {
    CsvText.append(EventFields.text(schema, schema.idField(), vector.trigger()), line);
    for (int column = 0; column < vector.columns(); column++) {
      line.append(',');
      double value = vector.value(column);
      if (Double.isNaN(value)) {
        continue;
      }
      if (integral[column]) {
        line.append((long) value);
      } else {
        line.append(value);
      }
    }
  }
}
