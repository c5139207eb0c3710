package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureVectorTest {
  /** Statuses are read eight at a time: fewer, as many, and some more than that. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 15, 16, 17, 64})
  void worstStatusIsFoundInWhicheverColumnItStands(int columns) {
    FeatureVector vector = TestVectors.vector(1, new double[columns]);
    assertThat(vector.worstStatus()).isEqualTo(FeatureStatus.OK);

    for (int column = 0; column < columns; column++) {
      for (FeatureStatus status : FeatureStatus.values()) {
        vector.set(column, 0, status);
        assertThat(vector.worstStatus()).as("column %d", column).isEqualTo(status);
      }
      vector.set(column, 0, FeatureStatus.OK);
    }
  }
}
