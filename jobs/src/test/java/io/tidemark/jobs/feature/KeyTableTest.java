package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
  private static final class Entry extends KeyTable.Entry {}

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void findsWhatAMapFinds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    KeyTable<Entry> table = new KeyTable<>();
    Map<String, Entry> map = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = key(random);
      Entry found = table.get(key);
      assertThat(found).as("seed %d, step %d, key %s", seed, i, key).isSameAs(map.get(key));
      if (found == null) {
        Entry added = new Entry();
        table.add(key, added);
        map.put(key, added);
        assertThat(added.key()).isEqualTo(key);
      } else if (random.nextInt(3) == 0) {
        table.remove(found);
        map.remove(key);
      }
    }
    map.forEach((key, entry) -> assertThat(table.get(key)).as(key).isSameAs(entry));
  }

  /** Short and long ones, ASCII and not, that differ in little. */
  private static String key(SplittableRandom random) {
    String number = Integer.toString(random.nextInt(300));
    return switch (random.nextInt(4)) {
      case 0 -> number;
      case 1 -> "customer-" + number;
      case 2 -> "a customer with a long name " + number;
      default -> "\u00e9\u4e2d" + number;
    };
  }

  @Test
  void tellsKeysApartThatHaveOneHashOrOneBeginning() {
    KeyTable<Entry> table = new KeyTable<>();
    List<String> keys =
        List.of(
            "",
            "\0",
            "\0\0",
            "a",
            "aaaaaaaa",
            "aaaaaaaaa",
            "a".repeat(15),
            "a".repeat(16),
            "Aa".repeat(10),
            "BB".repeat(10));
    keys.forEach(key -> table.add(key, new Entry()));

    for (String key : keys) {
      assertThat(table.get(key)).isNotNull().extracting(Entry::key).isEqualTo(key);
    }
    assertThat(table.get("AaBB".repeat(5))).isNull();
  }

  @Test
  void isEmptyAgainAfterClear() {
    KeyTable<Entry> table = new KeyTable<>();
    table.add("a", new Entry());

    table.clear();

    assertThat(table.get("a")).isNull();
  }
}
