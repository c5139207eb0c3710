package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache of any size gives the answers that no cache does, and leaves state that goes on so. */
class LogCacheTest {
  private static final LogLayout LAYOUT =
      new LogLayout(1, List.of(new WindowSpec(500, 0, List.of(0))), 50);

  @ParameterizedTest(name = "{0} slots")
  @ValueSource(ints = {1, 2, 7, 20, 100})
  void answersAndStateAreThoseWithoutACache(int slots) throws Exception {
    SplittableRandom random = new SplittableRandom(slots);
    Store cached = new Store(slots);
    Store plain = new Store(0);
    for (int i = 0; i < 20_000; i++) {
      String key = "k" + Math.min(random.nextInt(30), random.nextInt(30));
      long time = (long) i - random.nextInt(40);
      if (random.nextInt(50) == 0) {
        cached.forget(key);
        plain.forget(key);
      } else {
        assertThat(cached.insert(key, time, i))
            .as("event " + i)
            .isEqualTo(plain.insert(key, time, i));
      }
      if (random.nextInt(500) == 0) {
        cached.cache.flush();
        assertThat(cached.storedAnswers(time))
            .as("flushed after event " + i)
            .isEqualTo(plain.storedAnswers(time));
      }
    }
  }

  @Test
  void fewHitsSwitchItOffAndManySwitchItOnAgain() throws Exception {
    Store store = new Store(10);
    for (int i = 0; i < 1 << 16; i++) {
      store.insert("k" + i % 1_000, i, i);
    }
    long written = store.writes;
    store.insert("k1", 1 << 17, 1 << 20);
    store.insert("k1", 1 << 17, 1 << 21);
    assertThat(store.writes).as("each event is written through").isEqualTo(written + 2);
    for (int i = 0; i < 1 << 20; i++) {
      store.insert("k1", (1 << 17) + i, i);
    }
    written = store.writes;
    store.insert("k1", 1 << 22, -1);
    store.insert("k1", 1 << 22, -2);
    assertThat(store.writes).as("it is cached again").isEqualTo(written);
  }

  @Test
  void nothingIsLostWhenAHitIsTheLookUpThatSwitchesItOff() throws Exception {
    Store cached = new Store(10);
    Store plain = new Store(0);
    for (Store store : List.of(cached, plain)) {
      int lookUps = 1 << 16;
      for (int i = 0; i < lookUps - 1; i++) {
        store.insert("k" + i % 1_000, i, i);
      }
      for (int i = 0; i < 3; i++) {
        store.insert("k" + (lookUps - 2) % 1_000, lookUps, lookUps + i);
      }
      store.cache.flush();
    }
    assertThat(cached.storedAnswers(1 << 16)).isEqualTo(plain.storedAnswers(1 << 16));
  }

  @Test
  void aheadOfACheckpointFewerAndFewerWait() throws Exception {
    Store store = new Store(2 * LogCache.MAX_CHANGED);
    for (int i = 0; i < LogCache.MAX_CHANGED; i++) {
      store.insert("k" + i, i, i);
    }
    assertThat(store.writes).isZero();
    store.cache.flushAhead(1, 2);
    int half = (LogCache.MAX_CHANGED - LogCache.LEAST_CHANGED) / 2;
    assertThat(store.writes).isEqualTo(half);
    assertThat(store.headers).containsKey("k0").doesNotContainKey("k" + half);
    store.cache.flushAhead(2, 2);
    assertThat(store.writes).isEqualTo(LogCache.MAX_CHANGED - LogCache.LEAST_CHANGED);
    store.insert("other", 1, 1);
    assertThat(store.writes).isEqualTo(LogCache.MAX_CHANGED - LogCache.LEAST_CHANGED + 1);
    store.cache.flush();
    assertThat(store.writes).isEqualTo(LogCache.MAX_CHANGED + 1);
    for (int i = 0; i < LogCache.MAX_CHANGED; i++) {
      store.insert("k" + i, LogCache.MAX_CHANGED, LogCache.MAX_CHANGED + i);
    }
    assertThat(store.writes).as("all may wait again").isEqualTo(LogCache.MAX_CHANGED + 1);
  }

  @Test
  void keysThatChangeAllTheTimeAreNotWrittenAllTheTime() throws Exception {
    Store store = new Store(2 * LogCache.MAX_CHANGED);
    int keys = 4 * LogCache.LEAST_CHANGED;
    for (int i = 0; i < keys; i++) {
      store.insert("k" + i, i, i);
    }
    store.cache.flushAhead(1, 2);
    store.cache.flushAhead(2, 2);
    for (int i = keys; i < 20 * keys; i++) {
      store.insert("k" + i % keys, i, i);
    }
    assertThat(store.writes).isEqualTo(2L * keys);
    store.cache.flush();
    assertThat(store.writes).isEqualTo(3L * keys);
  }

  /** Headers and chunks of all keys, as the state backend holds them, and a cache before them. */
  private static final class Store implements LogCache.Headers {
    private final Map<String, byte[]> headers = new HashMap<>();
    private final Map<String, Map<Long, byte[]>> chunks = new HashMap<>();
    private final LogCache cache;
    private final LogWorkspace workspace;
    private final long bytesPerLargeLog;
    private final long maxBytes;
    private String current = "";
    private long writes;

    Store(int slots) {
      workspace = new LogWorkspace(LAYOUT, new CurrentChunks());
      bytesPerLargeLog = workspace.bytesPerEmptyLog() + 4 * workspace.bytesPerChunk();
      maxBytes = slots * bytesPerLargeLog;
      cache = new LogCache(workspace, this, maxBytes);
    }

    double insert(String key, long time, long id) throws Exception {
      current = key;
      KeyLog log = cache.get(key);
      if (log == null) {
        log = cache.begin();
      } else if (log.isTooLate(time)) {
        return -1;
      }
      assertThat(log.insert(time, id, new double[] {1})).isTrue();
      cache.put(key, log);
      assertThat(workspace.heapBytes())
          .as("one log it must keep")
          .isLessThanOrEqualTo(Math.max(maxBytes, bytesPerLargeLog));
      return log.answer(0).sum(0);
    }

    /** What each key's stored state says as of a time, and when its last event was. */
    Map<String, List<Double>> storedAnswers(long time) throws Exception {
      Map<String, List<Double>> answers = new TreeMap<>();
      for (Map.Entry<String, byte[]> header : headers.entrySet()) {
        current = header.getKey();
        KeyLog log = new KeyLog(new LogWorkspace(LAYOUT, new CurrentChunks()), false);
        log.load(header.getValue());
        assertThat(log.answerOnly(time, -1, new double[] {1})).isTrue();
        answers.put(current, List.of(log.answer(0).sum(0), (double) log.headMillis()));
      }
      return answers;
    }

    void forget(String key) {
      cache.remove(key);
      headers.remove(key);
      chunks.remove(key);
    }

    @Override
    public byte @Nullable [] read() {
      return headers.get(current);
    }

    @Override
    public void write(String key, KeyLog log) throws Exception {
      writes++;
      String before = current;
      current = key;
      headers.put(key, log.save());
      current = before;
    }

    private final class CurrentChunks implements ChunkStore {
      @Override
      public byte @Nullable [] get(long id) {
        return chunks.getOrDefault(current, Map.of()).get(id);
      }

      @Override
      public void put(long id, byte[] chunk) {
        chunks.computeIfAbsent(current, key -> new HashMap<>()).put(id, chunk);
      }

      @Override
      public void remove(long id) {
        chunks.getOrDefault(current, Map.of()).remove(id);
      }

      @Override
      public void clear() {
        chunks.remove(current);
      }
    }
  }
}
