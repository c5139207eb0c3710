package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Range;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.TestVectors;
import io.tidemark.jobs.feature.SumOutput.Kind;
import org.junit.jupiter.api.Test;

class SumOutputTest {
  /** Three values, their sum and what it lacks. */
  private static final long[] CELLS = {
    3, Double.doubleToRawLongBits(6), Double.doubleToRawLongBits(1.5)
  };

  private static final FeatureColumn FIRST = new FeatureColumn(new int[] {0}, -1, null);

  private final FeatureVector vector = TestVectors.vector(1, 9, 9);

  @Test
  void readsNumbersSumsAndMeans() {
    assertThat(written(Kind.NUMBER)).isEqualTo(3);
    assertThat(written(Kind.SUM)).isEqualTo(7.5);
    assertThat(written(Kind.MEAN)).isEqualTo(2.5);
    assertThat(vector.status(0)).isEqualTo(FeatureStatus.WARMING);
    assertThat(vector.value(1)).as("another column").isEqualTo(9);
  }

  private double written(Kind kind) {
    new SumOutput(kind, 0, FIRST).put(vector, CELLS, FeatureStatus.WARMING);
    return vector.value(0);
  }

  @Test
  void meanOfNothingIsTheDefault() {
    new SumOutput(Kind.MEAN, 0, FIRST).put(vector, new long[3], FeatureStatus.OK);
    assertThat(vector.value(0)).isEqualTo(-1);
    assertThat(vector.status(0)).isEqualTo(FeatureStatus.MISSING);
  }

  @Test
  void valueThatFailsItsCheckIsInvalid() {
    FeatureColumn checked = new FeatureColumn(new int[] {0}, -1, new Range(0.0, 5.0));
    new SumOutput(Kind.SUM, 0, checked).put(vector, CELLS, FeatureStatus.OK);
    assertThat(vector.value(0)).isEqualTo(7.5);
    assertThat(vector.status(0)).isEqualTo(FeatureStatus.INVALID);
  }

  @Test
  void fillsEveryColumnThatTakesTheFeature() {
    FeatureColumn both = new FeatureColumn(new int[] {0, 1}, -1, null);
    new SumOutput(Kind.SUM, 0, both).put(vector, CELLS, FeatureStatus.OK);
    assertThat(vector.value(0)).isEqualTo(7.5);
    assertThat(vector.value(1)).isEqualTo(7.5);
  }
}
