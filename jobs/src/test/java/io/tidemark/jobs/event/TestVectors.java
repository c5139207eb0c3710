package io.tidemark.jobs.event;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Vectors made by hand, for tests of what happens to them later. */
public final class TestVectors {
  private TestVectors() {}

  /** So many columns with some names. */
  public static VectorColumns columns(int count) {
    return new VectorColumns(IntStream.range(0, count).mapToObj(i -> "features" + i).toList());
  }

  /** A vector with these values, all {@code OK}, of an event from a file whose time is its id. */
  public static FeatureVector vector(long id, double... values) {
    return ingested(0, id, values);
  }

  /** The same with columns that have names. */
  public static FeatureVector vector(long id, VectorColumns columns, double... values) {
    Event event = new Event(id, 0, new long[] {id}, new long[1], new @Nullable String[0]);
    FeatureVector vector = FeatureVector.of(event, columns);
    for (int column = 0; column < values.length; column++) {
      vector.set(column, values[column], FeatureStatus.OK);
    }
    return vector;
  }

  /** The same of an event that came into its topic at a time. */
  public static FeatureVector ingested(long ingestedAtMillis, long id, double... values) {
    Event event =
        new Event(id, ingestedAtMillis, new long[] {id}, new long[1], new @Nullable String[0]);
    FeatureVector vector = FeatureVector.of(event, TestVectors.columns(values.length));
    for (int column = 0; column < values.length; column++) {
      vector.set(column, values[column], FeatureStatus.OK);
    }
    return vector;
  }

  /** A vector of an event with one text. */
  public static FeatureVector withText(String text, double... values) {
    Event event = new Event(1, 0, new long[] {1, 1}, new long[1], new @Nullable String[] {text});
    FeatureVector vector = FeatureVector.of(event, TestVectors.columns(values.length));
    for (int column = 0; column < values.length; column++) {
      vector.set(column, values[column], FeatureStatus.OK);
    }
    return vector;
  }
}
