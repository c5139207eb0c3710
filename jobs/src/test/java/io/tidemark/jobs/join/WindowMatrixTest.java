package io.tidemark.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.WindowDomain;
import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every aggregate over every window in the keyed operator, against lists that are scanned: in both
 * orders, on both state backends, with a cache of any size and without, restored in the middle by
 * one, two and three subtasks in turn.
 */
class WindowMatrixTest {
  private static final EventSchema SCHEMA = WindowDomain.SCHEMA;
  private static final EntityKey KEY = new EntityKey(SCHEMA, List.of("user"));
  private static final byte FORMAT_WITH_TILES = 4;
  private static final int MAX_PARALLELISM = 8;
  private static final int MOST_SUBTASKS = 3;
  private static final int EVENTS = 500;

  /** Of one user, and so many that tiles serve windows that hop. */
  private static final int EVENTS_OF_DENSE_KEYS = 1_200;

  static IntStream seeds() {
    return IntStream.range(0, 20);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void operatorAnswersAsListsDo(int seed) throws Exception {
    compare(seed);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("denseSeeds")
  void operatorAnswersAsListsDoFromTiles(int seed) throws Exception {
    compareDense(seed);
  }

  static IntStream denseSeeds() {
    return IntStream.range(0, 4);
  }

  @Test
  @Tag("soak")
  void operatorAnswersAsListsDoOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 1_300; seed++) {
      compare(seed);
    }
  }

  @Test
  @Tag("soak")
  void operatorAnswersAsListsDoFromTilesOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 1_050; seed++) {
      compareDense(seed);
    }
  }

  private static void compare(int seed) throws Exception {
    compare(seed, WindowDomain.of(seed), WindowDomain.purchases(seed, EVENTS, 1 + seed % 4));
  }

  private static void compareDense(int seed) throws Exception {
    int keysInTiles =
        compare(
            seed,
            WindowDomain.hopping(seed),
            WindowDomain.purchases(seed, EVENTS_OF_DENSE_KEYS, 1));
    assertThat(keysInTiles).as("keys in tiles with seed " + seed).isPositive();
  }

  /**
   * @return how many keys were in tiles in the end
   */
  private static int compare(int seed, WindowDomain domain, List<Purchase> purchases)
      throws Exception {
    int keysInTiles = 0;
    List<WindowedFeatures> features = new ArrayList<>();
    for (int i = 0; i < MOST_SUBTASKS; i++) {
      features.add(
          Objects.requireNonNull(WindowedFeatures.of(domain.columns(), domain.contract(), SCHEMA)));
    }
    for (EventOrder order : List.of(EventOrder.EVENT_TIME, EventOrder.ARRIVAL)) {
      boolean rocks = seed % 8 == order.ordinal();
      long cacheBytes = List.of(0L, 30_000L, 1L << 22).get((seed / 8 + order.ordinal()) % 3);
      Run run = new Run(domain, features, order, rocks, cacheBytes, new HashSet<>());
      Map<Long, FeatureVector> found = run.of(purchases, new SplittableRandom(seed));
      keysInTiles += run.keysInTiles.size();
      String where = "seed " + seed + ", " + order + (rocks ? ", RocksDB" : ", heap");
      Set<Long> checked = new HashSet<>();
      List<Purchase> ordered = WindowDomain.inEventTime(purchases);
      List<Purchase> arrived = new ArrayList<>();
      for (Purchase purchase : order == EventOrder.ARRIVAL ? purchases : ordered) {
        if (!checked.add(purchase.id())) {
          continue;
        }
        insert(arrived, purchase);
        FeatureVector vector = Objects.requireNonNull(found.get(purchase.id()), where);
        domain.check(
            where,
            purchase,
            arrived,
            IntStream.range(0, vector.columns()).mapToObj(vector::value).toList());
      }
      assertThat(found).as(where).hasSameSizeAs(checked);
    }
    return keysInTiles;
  }

  /** Behind all of its time or earlier. */
  private static void insert(List<Purchase> arrived, Purchase purchase) {
    int index = arrived.size();
    while (index > 0 && arrived.get(index - 1).millis() > purchase.millis()) {
      index--;
    }
    arrived.add(index, purchase);
  }

  /** The operator in one to three subtasks that begin anew every hundred events. */
  private record Run(
      WindowDomain domain,
      List<WindowedFeatures> features,
      EventOrder order,
      boolean rocks,
      long cacheBytes,
      Set<String> keysInTiles) {
    Map<Long, FeatureVector> of(List<Purchase> purchases, SplittableRandom random)
        throws Exception {
      Map<Long, FeatureVector> found = new HashMap<>();
      @Nullable OperatorSubtaskState state = null;
      int before = 1;
      for (int first = 0; first < purchases.size(); first += 100) {
        int parallelism = 1 + random.nextInt(MOST_SUBTASKS);
        List<Purchase> some = purchases.subList(first, Math.min(first + 100, purchases.size()));
        state =
            continueWith(some, state, before, parallelism, found, first + 100 >= purchases.size());
        before = parallelism;
      }
      return found;
    }

    private OperatorSubtaskState continueWith(
        List<Purchase> purchases,
        @Nullable OperatorSubtaskState state,
        int before,
        int parallelism,
        Map<Long, FeatureVector> found,
        boolean isLast)
        throws Exception {
      List<KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>> subtasks =
          new ArrayList<>();
      try {
        for (int i = 0; i < parallelism; i++) {
          var subtask = subtask(i, parallelism);
          subtasks.add(subtask);
          if (state != null) {
            subtask.initializeState(
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    state, MAX_PARALLELISM, before, parallelism, i));
          }
          subtask.open();
        }
        long latest = Long.MIN_VALUE;
        for (Purchase purchase : purchases) {
          Event event = purchase.event();
          FeatureVector vector = FeatureVector.of(event, domain.columns());
          int subtask =
              KeyGroupRangeAssignment.assignKeyToParallelOperator(
                  KEY.getKey(vector), MAX_PARALLELISM, parallelism);
          subtasks.get(subtask).processElement(new StreamRecord<>(vector, event.timeMillis()));
          latest = Math.max(latest, event.timeMillis());
          if (purchase.id() % 5 == 0) {
            for (var each : subtasks) {
              each.processWatermark(latest - WindowDomain.OUT_OF_ORDERNESS.toMillis() - 1);
            }
          }
        }
        List<OperatorSubtaskState> snapshots = new ArrayList<>();
        for (var subtask : subtasks) {
          if (isLast) {
            subtask.processWatermark(Long.MAX_VALUE - 1);
          }
          snapshots.add(subtask.snapshot(1, 1));
          noteKeysInTiles(subtask);
          for (FeatureVector vector : subtask.extractOutputValues()) {
            found.put(EventFields.idBits(SCHEMA, vector.trigger()), vector);
          }
        }
        return AbstractStreamOperatorTestHarness.repackageState(
            snapshots.toArray(OperatorSubtaskState[]::new));
      } finally {
        for (var subtask : subtasks) {
          subtask.close();
        }
      }
    }

    private void noteKeysInTiles(
        KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> subtask)
        throws Exception {
      var operator = (AbstractStreamOperator<?>) subtask.getOperator();
      KeyedStateBackend<String> state = operator.getKeyedStateBackend();
      ValueStateDescriptor<byte[]> header =
          new ValueStateDescriptor<>("header", BytePrimitiveArraySerializer.INSTANCE);
      try (Stream<String> keys = state.getKeys("header", VoidNamespace.INSTANCE)) {
        for (String key : keys.toList()) {
          state.setCurrentKey(key);
          byte[] bytes =
              state
                  .getPartitionedState(
                      VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, header)
                  .value();
          if (bytes[0] == FORMAT_WITH_TILES) {
            keysInTiles.add(key);
          }
        }
      }
    }

    private KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> subtask(
        int index, int parallelism) throws Exception {
      KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new FeatureFusionOperator(
                  SCHEMA,
                  domain.columns(),
                  order,
                  ScoringSettings.ALL_HISTORY,
                  KEY,
                  features.get(index),
                  cacheBytes),
              KEY,
              Types.STRING,
              MAX_PARALLELISM,
              parallelism,
              index);
      harness.setStateBackend(
          rocks ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend());
      return harness;
    }
  }
}
