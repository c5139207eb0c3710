package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventComparatorTest {
  @Test
  void eventsAreOrderedByTimeThenNumber() {
    EventSchema schema = TestEvents.schema("id", "at", TestEvents.ID, TestEvents.AT);
    List<FeatureVector> ordered = new ArrayList<>();
    for (long time : new long[] {-5, 0, 5}) {
      for (long id : new long[] {Long.MIN_VALUE, -1, 9, 10, Long.MAX_VALUE}) {
        ordered.add(vector(time, new long[] {id, time}, new String[0]));
      }
    }

    assertSorts(schema, ordered);
  }

  @Test
  void eventsAreOrderedByTimeThenText() {
    EventSchema schema =
        TestEvents.schema(
            "id",
            "at",
            new EventField("id", FieldType.STRING, false, null, null, null),
            TestEvents.AT);
    List<FeatureVector> ordered = new ArrayList<>();
    for (long time : new long[] {1, 2}) {
      for (String id : new String[] {"", "10", "9", "A", "a", "é"}) {
        ordered.add(vector(time, new long[] {time}, new String[] {id}));
      }
    }

    assertSorts(schema, ordered);
  }

  private static void assertSorts(EventSchema schema, List<FeatureVector> ordered) {
    for (int seed = 0; seed < 20; seed++) {
      List<FeatureVector> shuffled = new ArrayList<>(ordered);
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.sort(new EventComparator(schema));
      assertThat(shuffled).as("seed %d", seed).isEqualTo(ordered);
    }
  }

  private static FeatureVector vector(long time, long[] numbers, String[] texts) {
    return FeatureVector.of(
        new Event(time, 0, numbers, new long[1], texts), TestVectors.columns(0));
  }
}
