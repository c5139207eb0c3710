package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntityKeyTest {
  private static final EventSchema SCHEMA =
      TestEvents.schema(
          "id",
          "at",
          TestEvents.ID,
          TestEvents.AT,
          new EventField("user", FieldType.STRING, true, null, null, null),
          new EventField("device", FieldType.STRING, true, null, null, null),
          new EventField("number", FieldType.LONG, true, null, null, null));

  @Test
  void keyOfOneFieldIsItsText() {
    assertThat(key("user").getKey(vector(1, "C1", null, 5))).isEqualTo("C1");
    assertThat(key("user").getKey(vector(1, "", null, 5))).isEmpty();
    assertThat(key("number").getKey(vector(1, null, null, -5))).isEqualTo("-5");
  }

  @Test
  void compositeKeysAreEqualOnlyWhereAllTheirFieldsAre() {
    Random random = new Random(1);
    EntityKey key = key("user", "device", "number");
    Map<String, List<Object>> fieldsOfKey = new HashMap<>();
    for (int run = 0; run < 50_000; run++) {
      String user = text(random);
      String device = text(random);
      long number = random.nextInt(12);
      List<Object> fields = List.of(user, device, number);

      List<Object> before =
          fieldsOfKey.putIfAbsent(key.getKey(vector(run, user, device, number)), fields);
      assertThat(before == null || before.equals(fields)).as("%s and %s", before, fields).isTrue();
    }
    assertThat(fieldsOfKey).hasSizeGreaterThan(10_000);
  }

  @Test
  void orderOfTheFieldsIsPartOfTheKey() {
    FeatureVector vector = vector(1, "a", "b", 0);

    assertThat(key("user", "device").getKey(vector)).isEqualTo("1:a1:b");
    assertThat(key("device", "user").getKey(vector)).isEqualTo("1:b1:a");
  }

  @Test
  void eventWithoutAFieldOfTheEntityHasNoKeyAndIsSpread() {
    EntityKey key = key("user", "device");
    Set<String> keys = new HashSet<>();
    for (int id = 0; id < 5_000; id++) {
      FeatureVector vector = vector(id, "C1", null, 1);
      assertThat(key.isNull(vector.trigger())).isTrue();
      assertThat(key.getKey(vector)).isEqualTo(key.getKey(vector(id, null, null, 2)));
      keys.add(key.getKey(vector));
    }

    assertThat(keys).hasSize(1_024);
    assertThat(key.isNull(vector(1, "C1", "", 1).trigger())).isFalse();
  }

  private static EntityKey key(String... fields) {
    return new EntityKey(SCHEMA, List.of(fields));
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(4); length > 0; length--) {
      text.append("01:2a\0".charAt(random.nextInt(6)));
    }
    return text.toString();
  }

  private static FeatureVector vector(
      long id, @Nullable String user, @Nullable String device, long number) {
    return FeatureVector.of(
        new Event(0, 0, new long[] {id, 0, number}, new long[1], new String[] {user, device}),
        TestVectors.columns(0));
  }
}
