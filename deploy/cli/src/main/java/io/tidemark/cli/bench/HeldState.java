package io.tidemark.cli.bench;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.KnownPast;
import io.tidemark.jobs.event.VectorColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;

/**
 * What features keep per key, in bytes: a keyed state in memory that they are given to work with.
 * An entry counts as a state backend would store it (key group, key, namespace, map key, value)
 * before compression. Of Flink's kinds of state it has those that windowed features use.
 */
final class HeldState implements KeyedStateStore, KeyContext {
  private static final long KEY_GROUP_BYTES = 1;
  private static final long NAMESPACE_BYTES = 1;
  private static final long NULL_FLAG_BYTES = 1;

  private final DataOutputSerializer buffer = new DataOutputSerializer(1024);
  private final Map<String, Long> bytes = new HashMap<>();
  private String key = "";
  private long prefixBytes;
  private long valueUpdates;
  private long valueBytes;

  HeldState() {}

  /** The state after features have seen a tape. */
  static HeldState of(Workload workload, Tape tape) throws Exception {
    HeldState state = new HeldState();
    KeyedFeatures features = workload.features();
    features.open(state, state, 0);
    VectorColumns columns = workload.vectorColumns();
    for (Event event : tape.events()) {
      FeatureVector vector = FeatureVector.of(event, columns);
      state.setCurrentKey(Workload.KEY.getKey(vector));
      features.update(vector, KnownPast.ALL);
    }
    return state;
  }

  @Override
  public void setCurrentKey(Object current) {
    key = (String) current;
    try {
      prefixBytes = KEY_GROUP_BYTES + size(StringSerializer.INSTANCE, key) + NAMESPACE_BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object getCurrentKey() {
    return key;
  }

  long bytes(String ofKey) {
    return bytes.getOrDefault(ofKey, 0L);
  }

  /** Mean size of the values that are written once per event. */
  int meanValueBytes() {
    return Math.toIntExact(valueBytes / valueUpdates);
  }

  private void account(long more) {
    bytes.merge(key, more, Long::sum);
  }

  private <T> int size(TypeSerializer<T> serializer, T value) throws IOException {
    buffer.clear();
    serializer.serialize(value, buffer);
    return buffer.length();
  }

  @Override
  public <T> ValueState<T> getState(ValueStateDescriptor<T> descriptor) {
    return new Values<>(descriptor.getSerializer());
  }

  @Override
  public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
    return new Maps<>(descriptor.getKeySerializer(), descriptor.getValueSerializer());
  }

  private final class Values<T> implements ValueState<T> {
    private final TypeSerializer<T> serializer;
    private final Map<String, T> values = new HashMap<>();

    Values(TypeSerializer<T> serializer) {
      this.serializer = serializer;
    }

    @Override
    public @Nullable T value() {
      return values.get(key);
    }

    @Override
    public void update(T value) throws IOException {
      clear();
      values.put(key, value);
      int size = size(serializer, value);
      account(prefixBytes + size);
      valueUpdates++;
      valueBytes += size;
    }

    @Override
    public void clear() {
      T before = values.remove(key);
      if (before != null) {
        try {
          account(-(prefixBytes + size(serializer, before)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private final class Maps<K, V> implements MapState<K, V> {
    private final TypeSerializer<K> keys;
    private final TypeSerializer<V> values;
    private final Map<String, Map<K, V>> maps = new HashMap<>();

    Maps(TypeSerializer<K> keys, TypeSerializer<V> values) {
      this.keys = keys;
      this.values = values;
    }

    private Map<K, V> map() {
      return maps.computeIfAbsent(key, first -> new HashMap<>());
    }

    private long entryBytes(K mapKey, V value) throws IOException {
      return prefixBytes + size(keys, mapKey) + NULL_FLAG_BYTES + size(values, value);
    }

    @Override
    public @Nullable V get(K mapKey) {
      return map().get(mapKey);
    }

    @Override
    public void put(K mapKey, V value) throws IOException {
      remove(mapKey);
      map().put(mapKey, value);
      account(entryBytes(mapKey, value));
    }

    @Override
    public void putAll(Map<K, V> more) throws IOException {
      for (Map.Entry<K, V> entry : more.entrySet()) {
        put(entry.getKey(), entry.getValue());
      }
    }

    @Override
    public void remove(K mapKey) throws IOException {
      V before = map().remove(mapKey);
      if (before != null) {
        account(-entryBytes(mapKey, before));
      }
    }

    @Override
    public boolean contains(K mapKey) {
      return map().containsKey(mapKey);
    }

    @Override
    public Iterable<Map.Entry<K, V>> entries() {
      return map().entrySet();
    }

    @Override
    public Iterable<K> keys() {
      return map().keySet();
    }

    @Override
    public Iterable<V> values() {
      return map().values();
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
      return map().entrySet().iterator();
    }

    @Override
    public boolean isEmpty() {
      return map().isEmpty();
    }

    @Override
    public void clear() {
      throw unused();
    }
  }

  @Override
  public <T> ListState<T> getListState(ListStateDescriptor<T> descriptor) {
    throw unused();
  }

  @Override
  public <T> ReducingState<T> getReducingState(ReducingStateDescriptor<T> descriptor) {
    throw unused();
  }

  @Override
  public <I, A, O> AggregatingState<I, O> getAggregatingState(
      AggregatingStateDescriptor<I, A, O> descriptor) {
    throw unused();
  }

  @Override
  public <T> org.apache.flink.api.common.state.v2.ValueState<T> getValueState(
      org.apache.flink.api.common.state.v2.ValueStateDescriptor<T> descriptor) {
    throw unused();
  }

  @Override
  public <T> org.apache.flink.api.common.state.v2.ListState<T> getListState(
      org.apache.flink.api.common.state.v2.ListStateDescriptor<T> descriptor) {
    throw unused();
  }

  @Override
  public <K, V> org.apache.flink.api.common.state.v2.MapState<K, V> getMapState(
      org.apache.flink.api.common.state.v2.MapStateDescriptor<K, V> descriptor) {
    throw unused();
  }

  @Override
  public <T> org.apache.flink.api.common.state.v2.ReducingState<T> getReducingState(
      org.apache.flink.api.common.state.v2.ReducingStateDescriptor<T> descriptor) {
    throw unused();
  }

  @Override
  public <I, A, O> org.apache.flink.api.common.state.v2.AggregatingState<I, O> getAggregatingState(
      org.apache.flink.api.common.state.v2.AggregatingStateDescriptor<I, A, O> descriptor) {
    throw unused();
  }

  @Override
  public String getBackendTypeIdentifier() {
    return "bytes counted in memory";
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException(
        "Windowed features did not use this when the benchmark was written: count its bytes, too");
  }
}
