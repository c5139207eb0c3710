package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.Score;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions that one subtask scores with in its own thread, each with the batch that gathers for
 * it. What {@link ModelLanes} does with threads happens here in turn: a version is loaded when its
 * first record comes, one that may not be used leaves the one before it in place, and those unused
 * for longest make room.
 *
 * <p>Not thread-safe: used by the task thread.
 */
final class TaskModels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskModels.class);

  private final ScoringModels models;
  private final MetricGroup metricGroup;
  private final LoadMetrics metrics;
  private final String provider;
  private final Model byDefault;
  private final Map<ModelStamp, Model> byStamp = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Model> good = new HashMap<>();
  private final Map<String, ScoringMetrics> measured = new HashMap<>();
  private final List<Model> gathering = new ArrayList<>();
  private @Nullable ModelStamp lastStamp;
  private Model last;

  /** A version and its batch. */
  static final class Model {
    private final ModelContract contract;
    private final LoadedModel loaded;
    private final BatchInference inference;
    private final BatchPacing pacing;
    private final FallbackScorer fallback;
    private final Answers answers;
    private final TensorRows tensors;
    private final BatchScores scores;
    private final List<Model> gathering;
    private final long bytes;
    private int count;
    private int answered; // of the rows that were run last
    private int limit;

    private Model(
        LoadedModel loaded,
        FallbackScorer fallback,
        ScoringMetrics metrics,
        List<Model> gathering,
        long bytes) {
      this.contract = loaded.contract();
      this.loaded = loaded;
      this.inference =
          new BatchInference(contract, loaded.engines().get(0), metrics, System::nanoTime);
      this.pacing = loaded.pacing();
      this.fallback = fallback;
      this.answers = new Answers(contract, fallback, metrics);
      this.tensors = new TensorRows(loaded.layout(), contract.batch().maxRows());
      this.scores = new BatchScores(contract.batch().maxRows());
      this.gathering = gathering;
      this.bytes = bytes;
      this.limit = pacing.rows();
    }

    Answers answers() {
      return answers;
    }

    long delayNanos() {
      return pacing.delayNanos();
    }

    long maxDelayNanos() {
      return contract.batch().maxDelay().toNanos();
    }

    boolean isFull() {
      return count >= limit;
    }

    /** Takes a row; false where a value cannot stand in its tensor. */
    boolean add(FeatureVector vector) {
      if (!tensors.write(count, vector)) {
        return false;
      }
      if (count == 0) {
        gathering.add(this);
      }
      count++;
      return true;
    }

    /** The answer to the next of the rows that were run, in the order in which they were taken. */
    Score answerNext(FeatureVector vector) {
      return answers.inferred(vector, scores, answered++);
    }

    private void run(long openedNanos) {
      long startNanos = System.nanoTime();
      inference.run(tensors, count, scores, startNanos + contract.timeout().toNanos());
      long endNanos = System.nanoTime();
      answers.metrics().leftQueue(startNanos - openedNanos);
      answers.metrics().inferred(scores, count, endNanos - startNanos);
      pacing.observe(count, endNanos, endNanos - openedNanos);
      limit = pacing.rows();
      count = 0;
      answered = 0;
    }

    private void close() {
      loaded.close();
      fallback.close();
    }
  }

  private TaskModels(ScoringModels models, LoadedModel first, MetricGroup metricGroup)
      throws InvalidModelException {
    this.models = models;
    this.metricGroup = metricGroup;
    this.metrics = new LoadMetrics(metricGroup);
    this.provider = first.engines().get(0).provider();
    this.byDefault = model(models.byDefault(), first);
    this.last = byDefault;
  }

  /**
   * With a model that is loaded, which is closed with the rest.
   *
   * @throws InvalidModelException if its fallback's model may not be used
   */
  static TaskModels open(ScoringModels models, LoadedModel first, MetricGroup metricGroup)
      throws InvalidModelException {
    boolean opened = false;
    try {
      TaskModels all = new TaskModels(models, first, metricGroup);
      opened = true;
      return all;
    } finally {
      if (!opened) {
        first.close();
      }
    }
  }

  private Model model(ServedModel served) throws InvalidModelException {
    LoadedModel loaded =
        LoadedModel.load(served, models.layout(served.contract()), models.provider());
    boolean opened = false;
    try {
      Model model = model(served, loaded);
      opened = true;
      return model;
    } finally {
      if (!opened) {
        loaded.close();
      }
    }
  }

  private Model model(ServedModel served, LoadedModel loaded) throws InvalidModelException {
    ModelContract contract = served.contract();
    FallbackScorer fallback = FallbackScorer.open(served, models.columns(), models::layout);
    ScoringMetrics ofVersion =
        measured.computeIfAbsent(
            contract.metadata().name() + " " + contract.metadata().version(),
            version ->
                new ScoringMetrics(metricGroup, contract, provider, System::currentTimeMillis));
    Model model = new Model(loaded, fallback, ofVersion, gathering, served.file().length);
    metrics.bytes.addAndGet(model.bytes);
    metrics.loaded(loaded.nanos());
    good.put(contract.metadata().name(), model);
    ofVersion.ready(true);
    LOG.info(
        "Model {} {} is ready on {} in {}",
        contract.metadata().name(),
        contract.metadata().version(),
        provider,
        Thread.currentThread().getName());
    return model;
  }

  /** The version of a stamp; null where it is not loaded. */
  @Nullable Model model(@Nullable ModelStamp stamp) {
    if (stamp == null) {
      return byDefault;
    }
    if (!stamp.equals(lastStamp)) {
      Model found = byStamp.get(stamp);
      if (found == null) {
        return null;
      }
      lastStamp = stamp;
      last = found;
    }
    return last;
  }

  /** Loads the version of a stamp, or finds what goes on in its place. No row may be gathering. */
  Model load(@Nullable ModelStamp stamp) {
    if (stamp == null) {
      return byDefault;
    }
    Model model = loadOrKeep(stamp);
    byStamp.put(stamp, model);
    lastStamp = stamp;
    last = model;
    evict();
    return model;
  }

  private Model loadOrKeep(ModelStamp stamp) {
    Optional<ModelContract> contract = models.contract(stamp);
    Model old = good.getOrDefault(stamp.model(), byDefault);
    if (contract.isEmpty()) {
      return keep(old, Refusal.MISSING, "The job has no model " + stamp.model());
    }
    try {
      ServedModel served = models.find(stamp, contract.get());
      served.requireFit(stamp, models.maxBytes());
      if (served.contract().equals(byDefault.contract)) {
        return byDefault;
      }
      return model(served);
    } catch (InvalidModelException e) {
      return keep(old, e.refusal(), String.valueOf(e.getMessage()));
    }
  }

  private Model keep(Model old, Refusal refusal, String why) {
    metrics.refused(refusal);
    LOG.warn(
        "{}. {} {} goes on",
        why,
        old.contract.metadata().name(),
        old.contract.metadata().version());
    return old;
  }

  private void evict() {
    Iterator<Model> eldestFirst = byStamp.values().iterator();
    while (metrics.bytes.get() > models.maxBytes() && eldestFirst.hasNext()) {
      Model model = eldestFirst.next();
      if (model == byDefault || model == last) {
        continue;
      }
      eldestFirst.remove();
      if (!byStamp.containsValue(model)) {
        good.remove(model.contract.metadata().name(), model);
        model.close();
        metrics.bytes.addAndGet(-model.bytes);
        metrics.evicted.inc();
        model.answers.metrics().ready(false);
      }
    }
  }

  /** Scores every batch that has rows. */
  void run(long openedNanos) {
    for (Model model : gathering) {
      model.run(openedNanos);
    }
    gathering.clear();
  }

  void watchInFlight(IntSupplier inFlight) {
    byDefault.answers.metrics().watchInFlight(inFlight);
  }

  long nowMillis() {
    return byDefault.answers.metrics().nowMillis();
  }

  @Override
  public void close() {
    byStamp.values().stream().distinct().filter(model -> model != byDefault).forEach(Model::close);
    byDefault.close();
  }
}
