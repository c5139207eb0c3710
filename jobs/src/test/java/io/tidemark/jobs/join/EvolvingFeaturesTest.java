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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A contract that is another one at each of several restores, with features drawn anew: whatever is
 * said to be complete is what scanned lists give, in both orders, on both backends, with a cache
 * and without, by one to three subtasks in turn.
 */
class EvolvingFeaturesTest {
  private static final EventSchema SCHEMA = WindowDomain.SCHEMA;
  private static final EntityKey KEY = new EntityKey(SCHEMA, List.of("user"));
  private static final int MAX_PARALLELISM = 8;
  private static final int MOST_SUBTASKS = 3;

  /** Contracts that are drawn, and how many events each sees. */
  private record Draw(
      IntFunction<WindowDomain> domains, int contracts, int eventsPerContract, int users) {
    /** Some users with few events each, and windows of all kinds. */
    static Draw sparse(int seed) {
      return new Draw(WindowDomain::of, 5, 120, 1 + seed % 4);
    }

    /** One user with so many that tiles serve windows that hop. */
    static Draw dense() {
      return new Draw(WindowDomain::hopping, 3, 700, 1);
    }

    int events() {
      return contracts * eventsPerContract;
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 16);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatIsCompleteIsRightAcrossContracts(int seed) throws Exception {
    requireRight(seed, Draw.sparse(seed));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {0, 1, 2, 3})
  void whatIsCompleteIsRightAcrossContractsInTiles(int seed) throws Exception {
    requireRight(seed, Draw.dense());
  }

  private static void requireRight(int seed, Draw draw) throws Exception {
    int complete = 0;
    for (EventOrder order : List.of(EventOrder.EVENT_TIME, EventOrder.ARRIVAL)) {
      complete += new Run(seed, order, draw).check();
    }
    int answers = 2 * draw.events() * draw.domains.apply(seed).size();
    assertThat(complete).as("complete of " + answers).isGreaterThan(answers / 4);
  }

  @Test
  @Tag("soak")
  void whatIsCompleteIsRightOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 1_200; seed++) {
      for (EventOrder order : List.of(EventOrder.EVENT_TIME, EventOrder.ARRIVAL)) {
        new Run(seed, order, Draw.sparse(seed)).check();
      }
    }
  }

  @Test
  @Tag("soak")
  void whatIsCompleteIsRightInTilesOverManySeeds() throws Exception {
    for (int seed = 1_000; seed < 1_030; seed++) {
      requireRight(seed, Draw.dense());
    }
  }

  /** One life of a job. */
  private static final class Run {
    private final Draw draw;
    private final int seed;
    private final EventOrder order;
    private final SplittableRandom random;
    private final boolean rocks;
    private final long cacheBytes;
    private final List<Purchase> purchases;

    /** Of each event, the vector and which contract gave it. */
    private final Map<Long, FeatureVector> found = new HashMap<>();

    private final Map<Long, Integer> foundBy = new HashMap<>();

    Run(int seed, EventOrder order, Draw draw) {
      this.draw = draw;
      this.seed = seed;
      this.order = order;
      this.random = new SplittableRandom(seed);
      this.rocks = seed % 4 == order.ordinal();
      this.cacheBytes = List.of(0L, 30_000L, 1L << 22).get((seed / 4 + order.ordinal()) % 3);
      this.purchases = WindowDomain.purchases(seed, draw.events(), draw.users);
    }

    /** How many answers were complete. */
    int check() throws Exception {
      List<Integer> domains = new ArrayList<>();
      @Nullable OperatorSubtaskState state = null;
      int before = 1;
      for (int i = 0; i < draw.contracts; i++) {
        // Now and then the one before comes back, or the same goes on.
        domains.add(i > 1 && random.nextInt(4) == 0 ? domains.get(i - 2) : seed + 11 * i);
        int parallelism = 1 + random.nextInt(MOST_SUBTASKS);
        int first = i * draw.eventsPerContract;
        state =
            goOn(
                i,
                draw.domains.apply(domains.get(i)),
                purchases.subList(
                    first, Math.min(first + draw.eventsPerContract, purchases.size())),
                state,
                before,
                parallelism);
        before = parallelism;
      }
      return compare(domains);
    }

    private int compare(List<Integer> domains) {
      Set<Long> checked = new HashSet<>();
      List<Purchase> arrived = new ArrayList<>();
      Map<String, Long> latest = new HashMap<>();
      Map<String, Long> atRestore = new HashMap<>();
      int contract = 0;
      int complete = 0;
      for (Purchase purchase :
          order == EventOrder.ARRIVAL ? purchases : WindowDomain.inEventTime(purchases)) {
        if (!checked.add(purchase.id()) || !found.containsKey(purchase.id())) {
          continue;
        }
        if (foundBy.get(purchase.id()) > contract) {
          contract = foundBy.get(purchase.id());
          atRestore = new HashMap<>(latest);
        }
        insert(arrived, purchase);
        if (purchase.user() == null) {
          continue;
        }
        latest.merge(purchase.user(), purchase.millis(), Math::max);
        complete +=
            draw.domains
                .apply(domains.get(contract))
                .checkComplete(
                    "seed " + seed + ", " + order + (rocks ? ", RocksDB" : ", heap"),
                    purchase,
                    arrived,
                    Objects.requireNonNull(found.get(purchase.id())),
                    atRestore.getOrDefault(purchase.user(), Long.MIN_VALUE));
      }
      return complete;
    }

    /** Behind all of its time or earlier. */
    private static void insert(List<Purchase> arrived, Purchase purchase) {
      int index = arrived.size();
      while (index > 0 && arrived.get(index - 1).millis() > purchase.millis()) {
        index--;
      }
      arrived.add(index, purchase);
    }

    private OperatorSubtaskState goOn(
        int contract,
        WindowDomain domain,
        List<Purchase> some,
        @Nullable OperatorSubtaskState state,
        int before,
        int parallelism)
        throws Exception {
      List<KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>> subtasks =
          new ArrayList<>();
      try {
        for (int i = 0; i < parallelism; i++) {
          var subtask = subtask(domain, i, parallelism);
          subtasks.add(subtask);
          if (state != null) {
            subtask.initializeState(
                AbstractStreamOperatorTestHarness.repartitionOperatorState(
                    state, MAX_PARALLELISM, before, parallelism, i));
          }
          subtask.open();
        }
        long latest = Long.MIN_VALUE;
        for (Purchase purchase : some) {
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
          snapshots.add(subtask.snapshot(1, 1));
          for (FeatureVector vector : subtask.extractOutputValues()) {
            long id = EventFields.idBits(SCHEMA, vector.trigger());
            if (found.putIfAbsent(id, vector) == null) {
              foundBy.put(id, contract);
            }
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

    private KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> subtask(
        WindowDomain domain, int index, int parallelism) throws Exception {
      KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector> harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new FeatureFusionOperator(
                  SCHEMA,
                  domain.columns(),
                  order,
                  ScoringSettings.ALL_HISTORY,
                  KEY,
                  Objects.requireNonNull(
                      WindowedFeatures.of(domain.columns(), domain.contract(), SCHEMA)),
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
