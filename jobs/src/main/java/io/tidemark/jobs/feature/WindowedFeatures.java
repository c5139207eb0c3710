package io.tidemark.jobs.feature;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.Aggregate;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.TilePlan;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.contract.review.StateParts;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.KnownPast;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import io.tidemark.jobs.feature.WindowOutputs.Output;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateManifest.HeldColumn;
import io.tidemark.jobs.state.StateManifest.HeldFeature;
import io.tidemark.jobs.state.StateManifest.HeldField;
import io.tidemark.jobs.state.StateManifest.HeldSpan;
import io.tidemark.jobs.state.StateManifest.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.operators.KeyContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The windowed aggregates of one feature contract: one log per key with all its windows, in Flink's
 * keyed state as a header ({@code header}) and sealed chunks with what is aggregated of them
 * ({@code chunks}).
 *
 * <p>Counts, sums and means are read off running sums of a column; all other aggregates have
 * accumulators. Windows that end at one distance, and aggregates over one column, share them. A
 * window with {@code hop} is computed from the events, as an exact one is, until a key has so many
 * that {@link LogTiles tiles} take less. {@link WindowPlan} says how each window is served.
 */
public final class WindowedFeatures implements KeyedFeatures {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(WindowedFeatures.class);

  private final EventSchema schema;
  private final LogLayout layout;
  private final LogColumns columns;
  private final List<Output> outputs;
  private final StateManifest manifest;

  private transient @Nullable StateManifest resumed;
  private transient ValueState<byte[]> header;
  private transient MapState<Long, byte[]> chunks;
  private transient KeyContext keys;
  private transient LogCache logs;
  private transient WindowOutputs[] outputsOfWindows;
  private transient long earliestMillis;

  /** By the number of the layout they turn; null where no key has come in that layout yet. */
  private transient @Nullable LogMigration[] migrations;

  private transient ChunkStore chunkStore;

  private WindowedFeatures(
      EventSchema schema,
      LogLayout layout,
      LogColumns columns,
      List<Output> outputs,
      StateManifest manifest) {
    this.schema = schema;
    this.layout = layout;
    this.columns = columns;
    this.outputs = List.copyOf(outputs);
    this.manifest = manifest;
  }

  /** The windowed aggregates of one contract that are columns of the vector; null if none is. */
  public static @Nullable WindowedFeatures of(
      VectorColumns vectorColumns, FeatureContract contract, EventSchema schema) {
    return of(vectorColumns, "", contract.metadata().name(), List.of(contract), List.of(), schema);
  }

  /**
   * The windowed aggregates of major versions of a contract: over one log, so that what they share
   * is there once.
   *
   * @param domain folder of the contracts; empty where there is none
   * @param name of the contract
   * @param contracts whose features are columns of the vector, under the names they bear here
   * @param warmed whose features are computed all the same, for a job to come
   * @return null if there is nothing to compute
   */
  public static @Nullable WindowedFeatures of(
      VectorColumns vectorColumns,
      String domain,
      String name,
      List<FeatureContract> contracts,
      List<FeatureContract> warmed,
      EventSchema schema) {
    LogColumns.Builder columns = new LogColumns.Builder(schema);
    List<Window> windows = new ArrayList<>();
    List<List<Integer>> sums = new ArrayList<>();
    List<List<ColumnAggregate>> others = new ArrayList<>();
    List<Output> outputs = new ArrayList<>();
    List<HeldFeature> held = new ArrayList<>();
    for (FeatureContract contract : Stream.concat(contracts.stream(), warmed.stream()).toList()) {
      for (Feature feature : contract.features()) {
        List<FeatureColumn> targets =
            FeatureColumn.allOf(vectorColumns, contract.metadata().name(), feature);
        boolean used = targets.stream().anyMatch(FeatureColumn::isUsed);
        if (!(feature.definition() instanceof Windowed windowed)
            || !(used || warmed.contains(contract))) {
          continue;
        }
        int window = indexOf(windows, windowed.window());
        if (window == sums.size()) {
          sums.add(new ArrayList<>());
          others.add(new ArrayList<>());
        }
        WindowValue[] values =
            windowed.aggregates().stream()
                .map(aggregate -> value(aggregate, columns, sums.get(window), others.get(window)))
                .toArray(WindowValue[]::new);
        if (used) {
          outputs.add(new Output(window, values, targets.toArray(FeatureColumn[]::new)));
        }
        held.add(
            new HeldFeature(
                feature.name(),
                contract.metadata().version(),
                StateParts.of(schema.contract(), windowed)));
      }
    }
    if (held.isEmpty()) {
      return null;
    }
    List<WindowSpec> specs = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      specs.add(new WindowSpec(windows.get(i), sums.get(i), others.get(i)));
    }
    LogColumns logColumns = columns.build();
    Duration lateness = schema.contract().time().allowedLateness();
    Duration slack = lateness.plus(schema.contract().time().outOfOrderness());
    Duration once = lateness.plus(TilePlan.ONCE);
    LogLayout layout = new LogLayout(logColumns.count(), specs, slack.toMillis(), once.toMillis());
    LOG.info("Windows of '{}': {}", name, WindowPlan.describe(layout));
    return new WindowedFeatures(
        schema,
        layout,
        logColumns,
        outputs,
        manifest(
            vectorColumns,
            new Identity(
                domain,
                name,
                schema.contract().metadata().name(),
                schema.contract().topic().toString(),
                schema.contract().time().field(),
                contracts.isEmpty() ? warmed.get(0).entity() : contracts.get(0).entity()),
            schema,
            held,
            layout,
            logColumns));
  }

  private static StateManifest manifest(
      VectorColumns vectorColumns,
      Identity identity,
      EventSchema schema,
      List<HeldFeature> features,
      LogLayout layout,
      LogColumns columns) {
    return new StateManifest(
        identity,
        features,
        new HeldSpan(
            Long.MIN_VALUE,
            Long.MIN_VALUE,
            layout.tilePlan().held().toMillis(),
            layout.memoryMillis().orElse(FOR_EVER),
            Stream.concat(columns.meanings().stream(), partsInTiles(features))
                .map(meaning -> new HeldColumn(meaning, Long.MIN_VALUE))
                .toList()),
        schema.fields().stream().map(field -> new HeldField(field.name(), field.type())).toList(),
        vectorColumns.names(),
        List.of(new StoredLayout(layout, columns.meanings()).toBytes()),
        0);
  }

  /** What windows are made of that hop: of each it is noted, too, since when it is there. */
  private static Stream<String> partsInTiles(List<HeldFeature> features) {
    return features.stream()
        .flatMap(feature -> feature.parts().stream())
        .filter(StateParts::isHopping)
        .distinct();
  }

  /** Where an aggregate is read off its window; what it needs is added to the window's lists. */
  private static WindowValue value(
      Aggregate aggregate,
      LogColumns.Builder columns,
      List<Integer> sums,
      List<ColumnAggregate> others) {
    boolean ofEvents = aggregate.of() == null && aggregate.where() == null;
    return switch (aggregate.kind()) {
      case COUNT ->
          ofEvents
              ? new WindowValue.Events()
              : new WindowValue.Count(indexOf(sums, columns.column(aggregate)));
      case SUM -> new WindowValue.Sum(indexOf(sums, columns.column(aggregate)));
      case AVG -> new WindowValue.Mean(indexOf(sums, columns.column(aggregate)));
      case MIN,
          MAX,
          VARIANCE,
          STDDEV,
          SKEWNESS,
          KURTOSIS,
          FIRST,
          LAST,
          FIRST_K,
          LAST_K,
          TOP_K,
          DISTINCT,
          ENTROPY,
          QUANTILE,
          RANK_QUANTILE,
          HISTOGRAM,
          TIME_SINCE_LAST,
          DECAYED_SUM,
          DECAYED_RATE -> {
        int column = ofEvents ? ColumnAggregate.EVENT : columns.column(aggregate);
        yield new WindowValue.Accumulated(
            indexOf(others, new ColumnAggregate(AggregateSpec.of(aggregate), column)));
      }
    };
  }

  private static <T> int indexOf(List<T> distinct, T element) {
    if (!distinct.contains(element)) {
      distinct.add(element);
    }
    return distinct.indexOf(element);
  }

  @Override
  public StateManifest manifest() {
    return manifest;
  }

  @Override
  public void resume(StateManifest manifestOfState) {
    resumed = manifestOfState;
  }

  @Override
  public void open(KeyedStateStore state, KeyContext keys, long cacheBytes) {
    this.keys = keys;
    StateManifest held = resumed == null ? manifest : resumed;
    migrations = new LogMigration[held.layouts().size()];
    header =
        state.getState(new ValueStateDescriptor<>("header", BytePrimitiveArraySerializer.INSTANCE));
    chunks =
        state.getMapState(
            new MapStateDescriptor<>(
                "chunks", LongSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE));
    chunkStore = new StateChunks(chunks);
    LogWorkspace workspace = new LogWorkspace(layout, held.layout(), chunkStore);
    logs = new LogCache(workspace, new StateHeaders(), cacheBytes);
    outputsOfWindows =
        IntStream.range(0, workspace.windows.length)
            .mapToObj(i -> new WindowOutputs(layout, i, workspace.windows[i], outputs))
            .filter(ofWindow -> !ofWindow.isEmpty())
            .toArray(WindowOutputs[]::new);
    earliestMillis = schema.contract().time().min().toEpochMilli();
  }

  @Override
  public Outcome update(FeatureVector trigger, KnownPast past) throws Exception {
    Event event = trigger.trigger();
    String key = (String) keys.getCurrentKey();
    KeyLog log = logs.get(key);
    boolean first = log == null;
    if (log == null) {
      log = begin(past);
    } else if (log.isTooLate(event.timeMillis())) {
      return Outcome.TOO_LATE;
    }
    if (!log.insert(event.timeMillis(), EventFields.idBits(schema, event), columns.of(event))) {
      return Outcome.DUPLICATE;
    }
    logs.put(key, log);
    write(log, trigger, past.sinceMillis());
    return first ? Outcome.ACCEPTED_FIRST : Outcome.ACCEPTED;
  }

  @Override
  public int skippedValues() {
    return columns.skipped();
  }

  @Override
  public boolean answer(FeatureVector trigger, KnownPast past) throws Exception {
    Event event = trigger.trigger();
    KeyLog log = logs.get((String) keys.getCurrentKey());
    if (log == null) {
      log = begin(past);
    }
    if (!log.answerOnly(event.timeMillis(), EventFields.idBits(schema, event), columns.of(event))) {
      return false;
    }
    write(log, trigger, past.sinceMillis());
    return true;
  }

  private KeyLog begin(KnownPast past) throws Exception {
    KeyLog log = logs.begin();
    if (past.forgottenUpToMillis() != Long.MIN_VALUE) {
      log.forget(past.forgottenUpToMillis());
    }
    return log;
  }

  @Override
  public void missing(FeatureVector trigger) {
    for (Output output : outputs) {
      output.missing(trigger);
    }
  }

  @Override
  public long retentionMillis() {
    return layout.memoryMillis().orElse(FOR_EVER);
  }

  @Override
  public OptionalLong expire(long nowMillis) throws Exception {
    if (retentionMillis() == FOR_EVER) {
      // A timer of a contract that has got a lifetime since.
      return OptionalLong.empty();
    }
    String key = (String) keys.getCurrentKey();
    KeyLog log = logs.get(key);
    if (log == null) {
      return OptionalLong.empty();
    }
    long endMillis = log.headMillis() + retentionMillis();
    if (nowMillis < endMillis) {
      return OptionalLong.of(endMillis);
    }
    logs.remove(key);
    header.clear();
    chunks.clear();
    return OptionalLong.empty();
  }

  @Override
  public void flushAhead(int step, int steps) throws Exception {
    logs.flushAhead(step, steps);
  }

  @Override
  public void flush() throws Exception {
    logs.flush();
  }

  @Override
  public String contract() {
    return manifest.identity().contract();
  }

  @Override
  public String legacyLayout() {
    List<String> windows = new ArrayList<>();
    for (WindowSpec spec : layout.windows()) {
      List<String> others = new ArrayList<>();
      for (ColumnAggregate aggregate : spec.aggregates()) {
        others.add(
            aggregate.spec().kind().yamlName()
                + aggregate.spec().parameters()
                + " of "
                + aggregate.column());
      }
      windows.add(
          name(spec.window())
              + " over "
              + spec.columns()
              + (others.isEmpty() ? "" : " and " + others));
    }
    return "columns " + columns.texts() + " in windows " + windows;
  }

  /** Written into savepoints: never changes. */
  private static String name(Window window) {
    if (window instanceof Trailing trailing) {
      return trailing.size()
          + " delayed by "
          + trailing.delay()
          + (trailing.hop() == null ? "" : " hopping by " + trailing.hop());
    }
    if (window instanceof Session session) {
      return "session of gap " + session.gap() + " up to " + session.maximum();
    }
    if (window instanceof Tumbling tumbling) {
      return "every " + tumbling.period() + " from " + tumbling.offset();
    }
    return "lifetime";
  }

  private void write(KeyLog log, FeatureVector trigger, long coveredSinceMillis) throws Exception {
    long sinceMillis = coveredSinceMillis <= earliestMillis ? Coverage.ALWAYS : coveredSinceMillis;
    boolean fromCells = log.answersFromCells();
    long knownAfterMillis = Math.max(sinceMillis, log.droppedUpToMillis());
    for (WindowOutputs ofWindow : outputsOfWindows) {
      if (!fromCells || !ofWindow.writeFromCells(log.cells(), trigger, knownAfterMillis)) {
        ofWindow.write(log, trigger, sinceMillis);
      }
    }
  }

  /** The header of any key; Flink's current key stays what it is. */
  private final class StateHeaders implements LogCache.Headers {
    @Override
    public byte @Nullable [] read() throws Exception {
      byte[] bytes = header.value();
      if (bytes == null) {
        return null;
      }
      int number = KeyLog.layoutNumber(bytes);
      StateManifest held = resumed == null ? manifest : resumed;
      if (number == held.layout()) {
        return bytes;
      }
      byte[] turned = migration(held, number).turn(bytes);
      header.update(turned);
      return turned;
    }

    private LogMigration migration(StateManifest held, int number) {
      if (number >= migrations.length) {
        throw new IllegalStateException(
            "The state of a key is in layout " + number + ", which its manifest does not have");
      }
      LogMigration migration = migrations[number];
      if (migration == null) {
        migration =
            new LogMigration(
                StoredLayout.of(held.layouts().get(number)),
                number,
                layout,
                new StoredLayout(layout, columns.meanings()),
                held.layout(),
                chunkStore);
        migrations[number] = migration;
      }
      return migration;
    }

    @Override
    public void write(String key, KeyLog log) throws Exception {
      Object current = keys.getCurrentKey();
      boolean isCurrent = key.equals(current);
      if (!isCurrent) {
        keys.setCurrentKey(key);
      }
      header.update(log.save());
      if (!isCurrent && current != null) {
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

    @Override
    public void clear() {
      state.clear();
    }
  }
}
