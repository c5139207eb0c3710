package io.tidemark.cli.bench;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is measured. All cases but the peers see the same events. A case without a word on order
 * takes them in arrival order, in which nothing is behind anything else.
 */
enum WindowsCase {
  /** What Flink costs by itself: source, keyBy, map, discard. */
  PASS_THROUGH(Fork.BOUNDS, Data.CUSTOMERS, Backend.HEAP),
  /** The same without the shuffle: with the loop's cost, the least that ours could have there. */
  NO_SHUFFLE_PASS_THROUGH(Fork.BOUNDS, Data.CUSTOMERS, Backend.HEAP),
  /** Per-key rings in one thread, no Flink. */
  LOOP(Fork.BOUNDS, Data.CUSTOMERS, null),
  /** Our operator on heap state, in one task with a source that is split as the keys are. */
  NO_SHUFFLE(Fork.HEAP, Data.CUSTOMERS, Backend.HEAP),
  /** Our operator, with its cache as jobs have it. */
  HEAP(Fork.HEAP, Data.CUSTOMERS, Backend.HEAP),
  HEAP_EVENT_TIME(Fork.HEAP, Data.CUSTOMERS, Backend.HEAP),
  ROCKSDB_CACHED(Fork.ROCKSDB_CACHED, Data.CUSTOMERS, Backend.ROCKSDB),
  ROCKSDB_CACHED_EVENT_TIME(Fork.ROCKSDB_CACHED, Data.CUSTOMERS, Backend.ROCKSDB),
  /** Our operator without its cache. */
  ROCKSDB_UNCACHED(Fork.ROCKSDB_UNCACHED, Data.CUSTOMERS_UNCACHED, Backend.ROCKSDB),
  ROCKSDB_UNCACHED_EVENT_TIME(Fork.ROCKSDB_UNCACHED, Data.CUSTOMERS_UNCACHED, Backend.ROCKSDB),
  /** One get and one put per event, with the same keys and as many bytes as our headers have. */
  GET_PUT(Fork.ROCKSDB_UNCACHED, Data.CUSTOMERS_UNCACHED, Backend.ROCKSDB),
  /** The cost of longer windows: the same few keys and events, 60 of them in the longest window. */
  ROCKSDB_CACHED_60(Fork.ROCKSDB_CACHED, Data.DEALT, Backend.ROCKSDB),
  ROCKSDB_CACHED_600(Fork.ROCKSDB_CACHED, Data.DEALT, Backend.ROCKSDB),
  ROCKSDB_CACHED_6000(Fork.ROCKSDB_CACHED, Data.DEALT, Backend.ROCKSDB),
  /** The cost of other aggregates: the maximum in the place of the average. */
  ROCKSDB_CACHED_MAX(Fork.OTHERS, Data.CUSTOMERS_FEW, Backend.ROCKSDB),
  /** The median in the place of the average. */
  ROCKSDB_CACHED_QUANTILE(Fork.OTHERS, Data.CUSTOMERS_FEW, Backend.ROCKSDB),
  /** Count and average as before, beside the others: what they are compared with. */
  ROCKSDB_CACHED_AVG(Fork.OTHERS, Data.CUSTOMERS_FEW, Backend.ROCKSDB),
  /** The nine aggregates of a contract as people write them. */
  ROCKSDB_CACHED_NINE(Fork.OTHERS, Data.CUSTOMERS_FEW, Backend.ROCKSDB),
  /** The average of one CEL expression in the place of that of a field. */
  ROCKSDB_CACHED_CEL(Fork.OTHERS, Data.CUSTOMERS_FEW, Backend.ROCKSDB),
  /** Flink SQL's OVER windows; always in event-time order, as are the next. */
  SQL_OVER_HEAP(Fork.PEERS, Data.SQL, Backend.HEAP),
  SQL_OVER_ROCKSDB(Fork.PEERS, Data.SQL, Backend.ROCKSDB),
  /** SlidingEventTimeWindows, 7 days by 1 hour. */
  SLIDING_HEAP(Fork.PEERS, Data.HOP, Backend.HEAP),
  /** The table function HOP, 7 days by 1 hour. */
  HOP_HEAP(Fork.PEERS, Data.HOP, Backend.HEAP);

  /**
   * A JVM. Cases share one where they run the same code on the same kind of state, or differ in one
   * thing only: two implementations behind a call the compiler still inlines. The peers are so slow
   * that it does not matter.
   */
  enum Fork {
    BOUNDS,
    HEAP,
    ROCKSDB_CACHED,
    ROCKSDB_UNCACHED,
    OTHERS,
    PEERS
  }

  /** Which payments. */
  enum Data {
    /** Those of all customers. */
    CUSTOMERS,
    /** The first days of some of the customers, where each event is a call of RocksDB. */
    CUSTOMERS_UNCACHED,
    /** The first days of some of the customers, for aggregates that are slow. */
    CUSTOMERS_FEW,
    /** Those of all customers, dealt to few keys, so that each has thousands in a window. */
    DEALT,
    /** Their first days, until SQL OVER is measured at full windows. */
    SQL,
    /** Their first days, until windows of 7 days are full. */
    HOP
  }

  /** Where state lies. */
  enum Backend {
    HEAP("hashmap"),
    ROCKSDB("rocksdb");

    private final String flinkName;

    Backend(String flinkName) {
      this.flinkName = flinkName;
    }

    String flinkName() {
      return flinkName;
    }
  }

  private final Fork fork;
  private final Data data;
  private final @Nullable Backend backend;

  WindowsCase(Fork fork, Data data, @Nullable Backend backend) {
    this.fork = fork;
    this.data = data;
    this.backend = backend;
  }

  /** As users write it. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  Fork fork() {
    return fork;
  }

  Data data() {
    return data;
  }

  /** Null for a case without Flink. */
  @Nullable Backend backend() {
    return backend;
  }

  boolean isPeer() {
    return fork == Fork.PEERS;
  }
}
