package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Aggregates;
import io.tidemark.aggregate.RunningSum;
import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;

/**
 * The windowed aggregates of one feature contract: one log per key with all its windows, in Flink's
 * keyed state as a header ({@code header}) and sealed chunks ({@code chunks}).
 */
public final class WindowedFeatures implements KeyedFeatures {
  private static final long serialVersionUID = 1L;

  private final String contract;
  private final EventSchema schema;
  private final LogLayout layout;
  private final int[] columnFields;
  private final List<Output> outputs;

  private transient ValueState<byte[]> header;
  private transient MapState<Long, byte[]> chunks;
  private transient KeyContext keys;
  private transient LogCache logs;
  private transient double[] row;
  private transient Output[] outputsInOrder;

  private WindowedFeatures(
      String contract,
      EventSchema schema,
      LogLayout layout,
      int[] columnFields,
      List<Output> outputs) {
    this.contract = contract;
    this.schema = schema;
    this.layout = layout;
    this.columnFields = columnFields;
    this.outputs = List.copyOf(outputs);
  }

  /**
   * The windowed aggregates of a contract that are columns of the vector.
   *
   * @return null if none is
   */
  public static @Nullable WindowedFeatures of(
      VectorColumns vectorColumns, FeatureContract contract, EventSchema schema) {
    List<String> columns = new ArrayList<>();
    List<Trailing> windows = new ArrayList<>();
    List<List<Integer>> columnsOfWindow = new ArrayList<>();
    List<Output> outputs = new ArrayList<>();
    for (Feature feature : contract.features()) {
      FeatureColumn target = FeatureColumn.of(vectorColumns, contract.metadata().name(), feature);
      if (!(feature.definition() instanceof Windowed windowed) || !target.isUsed()) {
        continue;
      }
      WindowedAggregate definition = supported(contract, feature, windowed);
      Aggregate aggregate = definition.aggregate();
      Trailing trailing = (Trailing) definition.window();
      int window = indexOf(windows, trailing);
      if (window == columnsOfWindow.size()) {
        columnsOfWindow.add(new ArrayList<>());
      }
      ValueExpression value = aggregate.of();
      int position =
          value == null
              ? Output.NO_COLUMN
              : indexOf(columnsOfWindow.get(window), indexOf(columns, value.text()));
      long reachMillis = trailing.size().plus(trailing.delay()).toMillis();
      outputs.add(new Output(aggregate.kind(), window, reachMillis, position, target));
    }
    if (outputs.isEmpty()) {
      return null;
    }
    List<WindowSpec> specs = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      specs.add(
          new WindowSpec(
              windows.get(i).size().toMillis(),
              windows.get(i).delay().toMillis(),
              columnsOfWindow.get(i)));
    }
    Duration lateness = schema.contract().time().allowedLateness();
    Duration slack = lateness.plus(schema.contract().time().outOfOrderness());
    LogLayout layout = new LogLayout(columns.size(), specs, slack.toMillis());
    return new WindowedFeatures(
        contract.metadata().name(),
        schema,
        layout,
        columns.stream().mapToInt(schema::fieldIndex).toArray(),
        outputs);
  }

  /** What the log computes today; all else is refused here, in one place. */
  private static WindowedAggregate supported(
      FeatureContract contract, Feature feature, Windowed definition) {
    if (definition instanceof WindowedAggregate windowed
        && List.of(AggregateKind.COUNT, AggregateKind.SUM, AggregateKind.AVG)
            .contains(windowed.aggregate().kind())
        && windowed.aggregate().where() == null
        && !(windowed.aggregate().of() instanceof ValueExpression.Computed)
        && windowed.window() instanceof Trailing trailing
        && trailing.hop() == null) {
      return windowed;
    }
    throw new IllegalArgumentException(
        "Feature '"
            + contract.metadata().name()
            + "."
            + feature.name()
            + "': jobs compute count, sum and avg of a field over exact trailing windows only."
            + " Leave the feature out of the job's contracts");
  }

  private static <T> int indexOf(List<T> distinct, T element) {
    if (!distinct.contains(element)) {
      distinct.add(element);
    }
    return distinct.indexOf(element);
  }

  @Override
  public void open(KeyedStateStore state, KeyContext keys, long cacheBytes) {
    this.keys = keys;
    header =
        state.getState(new ValueStateDescriptor<>("header", BytePrimitiveArraySerializer.INSTANCE));
    chunks =
        state.getMapState(
            new MapStateDescriptor<>(
                "chunks", LongSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE));
    logs =
        new LogCache(
            new LogWorkspace(layout, new StateChunks(chunks)), new StateHeaders(), cacheBytes);
    row = new double[columnFields.length];
    outputsInOrder = outputs.toArray(Output[]::new);
  }

  @Override
  public Outcome update(FeatureVector trigger, long coveredSinceMillis) throws Exception {
    Event event = trigger.trigger();
    String key = (String) keys.getCurrentKey();
    KeyLog log = logs.get(key);
    boolean first = log == null;
    if (log == null) {
      log = logs.begin();
    } else if (log.isTooLate(event.timeMillis())) {
      return Outcome.TOO_LATE;
    }
    if (!log.insert(event.timeMillis(), EventFields.idBits(schema, event), rowOf(event))) {
      return Outcome.DUPLICATE;
    }
    logs.put(key);
    write(log, trigger, coveredSinceMillis);
    return first ? Outcome.ACCEPTED_FIRST : Outcome.ACCEPTED;
  }

  @Override
  public boolean answer(FeatureVector trigger, long coveredSinceMillis) throws Exception {
    Event event = trigger.trigger();
    KeyLog log = logs.get((String) keys.getCurrentKey());
    if (log == null) {
      log = logs.begin();
    }
    if (!log.answerOnly(event.timeMillis(), EventFields.idBits(schema, event), rowOf(event))) {
      return false;
    }
    write(log, trigger, coveredSinceMillis);
    return true;
  }

  @Override
  public void missing(FeatureVector trigger) {
    for (Output output : outputs) {
      output.target.put(trigger, Double.NaN, FeatureStatus.MISSING);
    }
  }

  @Override
  public long retentionMillis() {
    return layout.retentionMillis();
  }

  @Override
  public OptionalLong expire(long nowMillis) throws Exception {
    String key = (String) keys.getCurrentKey();
    KeyLog log = logs.get(key);
    if (log == null) {
      return OptionalLong.empty();
    }
    long endMillis = log.headMillis() + layout.retentionMillis();
    if (nowMillis < endMillis) {
      return OptionalLong.of(endMillis);
    }
    logs.remove(key);
    header.clear();
    chunks.clear();
    return OptionalLong.empty();
  }

  @Override
  public void flush() throws Exception {
    logs.flush();
  }

  @Override
  public String contract() {
    return contract;
  }

  @Override
  public String layout() {
    List<String> names = new ArrayList<>();
    for (int field : columnFields) {
      names.add(schema.fields().get(field).name());
    }
    List<String> windows = new ArrayList<>();
    for (WindowSpec window : layout.windows()) {
      windows.add(
          Duration.ofMillis(window.sizeMillis())
              + " delayed by "
              + Duration.ofMillis(window.delayMillis())
              + " over "
              + window.columns());
    }
    return "columns " + names + " in windows " + windows;
  }

  private double[] rowOf(Event event) {
    for (int i = 0; i < row.length; i++) {
      row[i] = EventFields.number(schema, columnFields[i], event);
    }
    return row;
  }

  private void write(KeyLog log, FeatureVector trigger, long coveredSinceMillis) {
    long timeMillis = trigger.trigger().timeMillis();
    long completeSinceMillis = Math.max(coveredSinceMillis, log.droppedUpToMillis());
    for (Output output : outputsInOrder) {
      boolean covered = timeMillis - output.reachMillis >= completeSinceMillis;
      output.target.put(
          trigger,
          output.value(log.answer(output.window)),
          covered ? FeatureStatus.OK : FeatureStatus.WARMING);
    }
  }

  /**
   * One feature read off the log.
   *
   * @param reachMillis of the window
   * @param position of the column in the window's list; {@link #NO_COLUMN} for a count of events
   */
  private record Output(
      AggregateKind kind, int window, long reachMillis, int position, FeatureColumn target)
      implements Serializable {
    private static final int NO_COLUMN = -1;
    private static final RunningSum NOTHING = new RunningSum();

    double value(WindowSums sums) {
      return position == NO_COLUMN
          ? Aggregates.value(kind, sums.events(), NOTHING, false)
          : Aggregates.value(kind, sums.events(), sums.sum(position), true);
    }
  }

  /** The header of any key; Flink's current key stays what it is. */
  private final class StateHeaders implements LogCache.Headers {
    @Override
    public byte @Nullable [] read() throws Exception {
      return header.value();
    }

    @Override
    public void write(String key, byte[] bytes) throws Exception {
      Object current = keys.getCurrentKey();
      if (key.equals(current)) {
        header.update(bytes);
        return;
      }
      keys.setCurrentKey(key);
      header.update(bytes);
      if (current != null) {
        keys.setCurrentKey(current);
      }
    }
  }

  /** The sealed chunks of Flink's current key. */
  private record StateChunks(MapState<Long, byte[]> state) implements ChunkStore {
    @Override
    public byte @Nullable [] get(long id) throws Exception {
      return state.get(id);
    }

    @Override
    public void put(long id, byte[] chunk) throws Exception {
      state.put(id, chunk);
    }

    @Override
    public void remove(long id) throws Exception {
      state.remove(id);
    }
  }
}
