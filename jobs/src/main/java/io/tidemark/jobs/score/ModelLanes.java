package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.ModelStamp;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions that one subtask scores with, each with a batcher of its own, so that none waits for
 * another.
 *
 * <p>How it works: a version is loaded when its first record comes, by its batcher's drain thread,
 * while its records gather; the deadline holds meanwhile. A version that may not be used leaves the
 * one of its model that was good before in place: its records are scored by that, and say so. One
 * line in the log says why, and a metric counts. Where the files of all versions exceed the bound,
 * those are let go that had no record for longest and have none under way.
 *
 * <p>Thread-safe: {@link #lane} and {@link #close} are for the task thread, the loads for the
 * batchers' threads.
 */
final class ModelLanes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLanes.class);

  private final ScoringModels models;
  private final MetricGroup metricGroup;
  private final String threadName;
  private final LoadMetrics metrics;
  private final String provider;
  private final int enginesPerModel;
  private final Lane byDefault;
  private final Map<ModelStamp, Lane> lanes = new LinkedHashMap<>(16, 0.75f, true); // task thread
  private final Map<String, ScoringMetrics> measured = new ConcurrentHashMap<>();
  private final List<Lane> retired = new ArrayList<>(); // task thread

  /** The latest version of each model that was found good. */
  private final Map<String, ServedModel> good = new ConcurrentHashMap<>();

  private volatile boolean overBound;
  private @Nullable ModelStamp lastStamp;
  private Lane lastLane;

  /** A version with its batcher. */
  static final class Lane {
    private final ModelContract contract;
    private final Answers answers;
    private final FallbackScorer fallback;
    private @Nullable MicroBatcher batcher; // set right after
    private volatile long bytes;

    private Lane(ModelContract contract, Answers answers, FallbackScorer fallback) {
      this.contract = contract;
      this.answers = answers;
      this.fallback = fallback;
    }

    Answers answers() {
      return answers;
    }

    /** Says so, in the log of whichever subtask it is. */
    private void isReady(String provider) {
      answers.metrics().ready(true);
      LOG.info(
          "Model {} {} is ready on {} in {}",
          contract.metadata().name(),
          contract.metadata().version(),
          provider,
          Thread.currentThread().getName());
    }

    MicroBatcher batcher() {
      if (batcher == null) {
        throw new IllegalStateException("The batcher is made with its lane");
      }
      return batcher;
    }
  }

  private ModelLanes(
      ScoringModels models, LoadedModel first, MetricGroup metricGroup, String threadName)
      throws InvalidModelException {
    this.models = models;
    this.metricGroup = metricGroup;
    this.threadName = threadName;
    this.metrics = new LoadMetrics(metricGroup);
    this.provider = first.engines().get(0).provider();
    this.enginesPerModel = first.engines().size();
    ServedModel model = models.byDefault();
    this.byDefault = lane(model);
    good.put(model.contract().metadata().name(), model);
    byDefault.bytes = model.file().length;
    metrics.bytes.addAndGet(byDefault.bytes);
    metrics.loaded(first.nanos());
    byDefault.isReady(provider);
    List<Supplier<BatchScoring>> sources = new ArrayList<>();
    for (ScoringEngine engine : first.engines()) {
      BatchScoring scoring =
          BatchScoring.own(
              inference(first.contract(), engine, byDefault.answers),
              byDefault.answers,
              first.pacing());
      sources.add(() -> scoring);
    }
    start(byDefault, models.layout(model.contract()), sources);
    this.lastLane = byDefault;
  }

  /**
   * With the job's own model, which is loaded now.
   *
   * @throws InvalidModelException if it may not be used
   */
  static ModelLanes open(ScoringModels models, MetricGroup metricGroup, String threadName)
      throws InvalidModelException {
    ServedModel model = models.byDefault();
    return open(
        models,
        LoadedModel.load(model, models.layout(model.contract()), models.provider()),
        metricGroup,
        threadName);
  }

  /** With a model that is loaded; its engines are closed with the rest. */
  static ModelLanes open(
      ScoringModels models, LoadedModel first, MetricGroup metricGroup, String threadName)
      throws InvalidModelException {
    boolean opened = false;
    try {
      ModelLanes lanes = new ModelLanes(models, first, metricGroup, threadName);
      opened = true;
      return lanes;
    } finally {
      if (!opened) {
        first.close();
      }
    }
  }

  /** How many batches of a version are in an engine at once. */
  int enginesPerModel() {
    return enginesPerModel;
  }

  /** The lane of a record. */
  Lane lane(@Nullable ModelStamp stamp) {
    if (overBound) {
      evict();
    }
    if (stamp == null) {
      return byDefault;
    }
    if (!stamp.equals(lastStamp)) {
      lastLane = find(stamp);
      lastStamp = stamp;
    }
    return lastLane;
  }

  private Lane find(ModelStamp stamp) {
    if (isDefault(stamp)) {
      return byDefault;
    }
    Lane lane = lanes.get(stamp);
    if (lane == null) {
      lane = begin(stamp);
      lanes.put(stamp, lane);
    }
    return lane;
  }

  private boolean isDefault(ModelStamp stamp) {
    ModelContract contract = byDefault.contract;
    return contract.metadata().name().equals(stamp.model())
        && contract.metadata().version().toString().equals(stamp.version())
        && contract.artifact().sha256().equals(stamp.sha256());
  }

  /** A lane whose model is loaded by its own thread. */
  private Lane begin(ModelStamp stamp) {
    Optional<ModelContract> contract = models.contract(stamp);
    if (contract.isEmpty()) {
      metrics.refused(Refusal.MISSING);
      LOG.warn(
          "Model {} {} is not used, {} {} goes on: the job was submitted without a model of that"
              + " name",
          stamp.model(),
          stamp.version(),
          byDefault.contract.metadata().name(),
          byDefault.contract.metadata().version());
      return byDefault;
    }
    Lane lane = laneOf(contract.get());
    Loading loading = new Loading(stamp, lane);
    List<Supplier<BatchScoring>> sources =
        IntStream.range(0, enginesPerModel)
            .<Supplier<BatchScoring>>mapToObj(engine -> () -> loading.scoring(engine))
            .toList();
    start(lane, models.layout(lane.contract), sources);
    return lane;
  }

  /** A lane of a version whose file is not there yet. */
  private Lane laneOf(ModelContract contract) {
    try {
      return lane(new ServedModel(contract, new byte[0], null, models.fallbackFile(contract)));
    } catch (InvalidModelException e) {
      LOG.warn(
          "{}. The constant {} answers in its place", e.getMessage(), contract.fallbackScore());
      return lane(contract, FallbackScorer.constant(contract.fallbackScore()));
    }
  }

  private Lane lane(ServedModel model) throws InvalidModelException {
    return lane(model.contract(), FallbackScorer.open(model, models.columns(), models::layout));
  }

  private Lane lane(ModelContract contract, FallbackScorer fallback) {
    return new Lane(contract, new Answers(contract, fallback, measured(contract)), fallback);
  }

  /** A version that comes back goes on with its series: there is no way to take one away. */
  private ScoringMetrics measured(ModelContract contract) {
    return measured.computeIfAbsent(
        contract.metadata().name() + " " + contract.metadata().version(),
        version -> new ScoringMetrics(metricGroup, contract, provider, System::currentTimeMillis));
  }

  private void start(
      Lane lane, InputLayout layout, List<? extends Supplier<BatchScoring>> sources) {
    lane.batcher =
        new MicroBatcher(
            lane.contract,
            layout,
            lane.answers,
            sources,
            System::nanoTime,
            models.deadlineEnabled(),
            threadName);
  }

  private static BatchInference inference(
      ModelContract contract, ScoringEngine engine, Answers answers) {
    return new BatchInference(contract, engine, answers.metrics(), System::nanoTime);
  }

  private void evict() {
    overBound = false;
    Iterator<Lane> eldestFirst = lanes.values().iterator();
    while (metrics.bytes.get() > models.maxBytes() && eldestFirst.hasNext()) {
      Lane lane = eldestFirst.next();
      if (lane == byDefault || lane == lastLane || lane.bytes == 0) {
        continue;
      }
      if (lane.batcher().isIdle()) {
        eldestFirst.remove();
        lane.batcher().stop();
        lane.fallback.close();
        retired.removeIf(old -> old.batcher().isOver());
        retired.add(lane);
        metrics.bytes.addAndGet(-lane.bytes);
        metrics.evicted.inc();
        lane.answers.metrics().ready(false);
        LOG.info(
            "Model {} {} is let go to make room for others",
            lane.contract.metadata().name(),
            lane.contract.metadata().version());
      } else {
        overBound = true; // as soon as it has answered
      }
    }
  }

  @Override
  public void close() {
    List<Lane> all = new ArrayList<>(lanes.values());
    all.removeIf(lane -> lane == byDefault); // which stands in for models that are not known
    all.add(byDefault);
    all.forEach(lane -> lane.batcher().stop());
    retired.forEach(lane -> lane.batcher().close());
    for (Lane lane : all) {
      lane.batcher().close();
      lane.fallback.close();
    }
  }

  /** The load of a version, asked for by each of its drain threads. */
  private final class Loading {
    private final ModelStamp stamp;
    private final Lane lane;
    private @Nullable LoadedModel loaded; // guarded by this
    private boolean asked; // guarded by this

    Loading(ModelStamp stamp, Lane lane) {
      this.stamp = stamp;
      this.lane = lane;
    }

    /** Returns when the version is loaded, or something stands in for it. */
    synchronized BatchScoring scoring(int engine) {
      if (!asked) {
        asked = true;
        loaded = load();
      }
      if (loaded != null) {
        return BatchScoring.own(
            inference(lane.contract, loaded.engines().get(engine), lane.answers),
            lane.answers,
            loaded.pacing());
      }
      return standIn();
    }

    private @Nullable LoadedModel load() {
      try {
        ServedModel model = models.find(stamp, lane.contract);
        model.requireFit(stamp, models.maxBytes());
        LoadedModel found =
            LoadedModel.load(model, models.layout(lane.contract), models.provider());
        lane.bytes = model.file().length;
        overBound = metrics.bytes.addAndGet(lane.bytes) > models.maxBytes();
        metrics.loaded(found.nanos());
        good.put(stamp.model(), model);
        lane.isReady(found.engines().get(0).provider());
        return found;
      } catch (InvalidModelException e) {
        metrics.refused(e.refusal());
        ServedModel old = good.get(stamp.model());
        LOG.warn(
            "{}. {}",
            e.getMessage(),
            old == null
                ? "Its fallback answers"
                : "Version " + old.contract().metadata().version() + " goes on");
        return null;
      } catch (RuntimeException | LinkageError e) { // the thread must go on, or nobody answers
        metrics.refused(Refusal.CORRUPT);
        LOG.warn("Model {} {} cannot be loaded", stamp.model(), stamp.version(), e);
        return null;
      }
    }

    /** The engine of the version that was good before, in the hands of this lane. */
    private BatchScoring standIn() {
      ServedModel old = good.get(stamp.model());
      if (old != null) {
        try {
          ModelContract contract = old.contract();
          InputLayout layout = models.layout(contract);
          LoadedModel again = LoadedModel.load(old, layout, models.provider());
          for (int other = 1; other < again.engines().size(); other++) {
            again.engines().get(other).close();
          }
          Answers answers = new Answers(contract, lane.fallback, measured(contract));
          int maxRows = contract.batch().maxRows();
          return BatchScoring.standIn(
              inference(contract, again.engines().get(0), answers),
              new TensorRows(layout, maxRows),
              new BatchScores(maxRows),
              answers,
              again.pacing());
        } catch (InvalidModelException e) {
          LOG.warn("{}. Its fallback answers", e.getMessage());
        }
      }
      return BatchScoring.none(lane.answers, BatchPacing.fixed(lane.contract.batch()));
    }
  }
}
