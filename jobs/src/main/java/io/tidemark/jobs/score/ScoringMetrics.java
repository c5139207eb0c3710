package io.tidemark.jobs.score;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.runtime.BucketHistogram;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * The metrics of scoring, all with the labels {@code model}, {@code version}, {@code route} ({@code
 * stable}) and {@code provider} ({@code cpu} or {@code cuda}); with a stock reporter {@code
 * flink_taskmanager_job_task_operator_model_version_route_provider_} stands before each name, and
 * the name of a further label too:
 *
 * <ul>
 *   <li>{@code tidemark_scored_total}: records scored by the model, by {@code confidence_level},
 *       see {@link Confidence}
 *   <li>{@code tidemark_degraded_total}: records the fallback answered, by {@code error_type}:
 *       {@code model_timeout}, {@code inference_error}, {@code non_finite_score}, {@code
 *       input_schema_violation}
 *   <li>{@code tidemark_scores_rejected_total}: records not scored because a feature was missing
 *   <li>{@code tidemark_inference_retries_total}: calls of the engine that were repeated because
 *       what they failed for passes
 *   <li>{@code tidemark_batches_split_total}: batches, and parts of them, split in two because a
 *       row in them made the call fail
 *   <li>{@code tidemark_score}: the scores themselves, as a distribution over [0, 1]
 *   <li>{@code tidemark_confidence_mean} and {@code tidemark_confidence_stddev}: the probability of
 *       the likeliest class, over the latest thousand or so records
 *   <li>{@code tidemark_entropy_mean}: entropy of the classes' probabilities in nats, over the same
 *   <li>{@code tidemark_degraded_ratio}: the share of the latest thousand or so records that the
 *       fallback answered
 *   <li>{@code tidemark_scored_vectors_total}: records by the worst {@code status} of their
 *       features
 *   <li>{@code tidemark_model_ready}: 1 while the subtask has the version loaded, checked and warm;
 *       0 before, and after it was refused or had to make room: a version may be routed to once the
 *       smallest over all subtasks is 1
 *   <li>{@code tidemark_scoring_in_flight}: records taken and not yet answered
 *   <li>{@code tidemark_event_to_score_seconds}: from the time of the record in its topic to its
 *       answer, the model's or the fallback's, leaving the scorer; none for events from files
 *   <li>{@code tidemark_queue_wait_seconds}: how long the oldest record of each batch waited, for
 *       others to fill it and for the engine: no record of the batch waited longer
 *   <li>{@code tidemark_inference_seconds}: one call of the engine
 *   <li>{@code tidemark_batch_rows}: records per call of the engine
 * </ul>
 *
 * <p>Not thread-safe: counted by the task thread, once per batch where that is possible.
 */
final class ScoringMetrics {
  private static final String STABLE = "stable";
  private static final int MOST_BATCH_ROWS = 1024;
  private static final double SCORE_UNITS = 1e6;

  /** Finer at both ends, where the scores of rare classes are. */
  private static final double[] SCORE_BOUNDS = {
    0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1
  };

  final Counter timedOut;
  final Counter failed;
  final Counter nonFinite;
  final Counter unfit;
  final Counter rejected;

  /** Safe for the engines' threads. */
  final Counter retried;

  /** Safe for the engines' threads. */
  final Counter split;

  private final Counter[] scored = new Counter[Confidence.values().length];
  private final Counter[] statuses = new Counter[FeatureStatus.values().length];
  private final BucketHistogram scores;
  private final RecentMean confidences = new RecentMean();
  private final RecentMean entropies = new RecentMean();
  private final RecentMean degradedShare = new RecentMean();
  private final BucketHistogram eventToScore;
  private final BucketHistogram queueWait;
  private final BucketHistogram inference;
  private final BucketHistogram batchRows;
  private volatile IntSupplier inFlight = () -> 0;
  private volatile boolean ready;
  private final MetricGroup group;
  private final LongSupplier clockMillis;

  ScoringMetrics(
      MetricGroup operator, ModelContract contract, String provider, LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
    this.group =
        operator
            .addGroup("model", contract.metadata().name())
            .addGroup("version", contract.metadata().version().toString())
            .addGroup("route", STABLE)
            .addGroup("provider", provider);
    for (Confidence confidence : Confidence.values()) {
      scored[confidence.ordinal()] =
          group.addGroup("confidence_level", confidence.label()).counter("tidemark_scored_total");
    }
    this.timedOut = degraded("model_timeout");
    this.failed = degraded("inference_error");
    this.nonFinite = degraded("non_finite_score");
    this.unfit = degraded("input_schema_violation");
    this.rejected = group.counter("tidemark_scores_rejected_total");
    this.retried = group.counter("tidemark_inference_retries_total", new ThreadSafeSimpleCounter());
    this.split = group.counter("tidemark_batches_split_total", new ThreadSafeSimpleCounter());
    for (FeatureStatus status : FeatureStatus.values()) {
      statuses[status.ordinal()] =
          group
              .addGroup("status", status.name().toLowerCase(Locale.ROOT))
              .counter("tidemark_scored_vectors_total");
    }
    group.gauge("tidemark_model_ready", (Gauge<Integer>) () -> ready ? 1 : 0);
    group.gauge("tidemark_scoring_in_flight", (Gauge<Integer>) () -> inFlight.getAsInt());
    this.scores =
        group.histogram("tidemark_score", new BucketHistogram(1 / SCORE_UNITS, SCORE_BOUNDS));
    group.gauge("tidemark_confidence_mean", (Gauge<Double>) confidences::mean);
    group.gauge("tidemark_confidence_stddev", (Gauge<Double>) confidences::deviation);
    group.gauge("tidemark_entropy_mean", (Gauge<Double>) entropies::mean);
    group.gauge("tidemark_degraded_ratio", (Gauge<Double>) degradedShare::mean);
    this.eventToScore =
        group.histogram("tidemark_event_to_score_seconds", BucketHistogram.ofLatency());
    this.queueWait = group.histogram("tidemark_queue_wait_seconds", BucketHistogram.ofLatency());
    this.inference = group.histogram("tidemark_inference_seconds", BucketHistogram.ofLatency());
    this.batchRows =
        group.histogram("tidemark_batch_rows", BucketHistogram.ofCount(MOST_BATCH_ROWS));
  }

  private Counter degraded(String errorType) {
    return group.addGroup("error_type", errorType).counter("tidemark_degraded_total");
  }

  /** Whether the subtask has the version loaded. */
  void ready(boolean isLoaded) {
    ready = isLoaded;
  }

  /** Who knows how many records are under way; a version that comes back has another. */
  void watchInFlight(IntSupplier watched) {
    inFlight = watched;
  }

  /**
   * The engine returned or threw: what it said of a batch.
   *
   * @param nanos it took
   */
  void inferred(BatchScores scores, int rows, long nanos) {
    batchRows.update(rows);
    inference.update(nanos);
    int[] levels = new int[scored.length];
    int unanswered = 0;
    int sure = 0;
    double confidence = 0;
    double confidenceSquares = 0;
    double entropy = 0;
    double entropySquares = 0;
    for (int row = 0; row < rows; row++) {
      double score = scores.value(row);
      if (!scores.hasAnswer(row)) {
        (scores.hasFailed(row) ? failed : nonFinite).inc();
        unanswered++;
        continue;
      }
      levels[Confidence.of(score).ordinal()]++;
      this.scores.update((long) (score * SCORE_UNITS));
      double likeliest = scores.confidence(row);
      if (!Double.isNaN(likeliest)) {
        sure++;
        confidence += likeliest;
        confidenceSquares += likeliest * likeliest;
        double nats = scores.entropy(row);
        entropy += nats;
        entropySquares += nats * nats;
      }
    }
    for (int level = 0; level < levels.length; level++) {
      scored[level].inc(levels[level]);
    }
    if (sure > 0) {
      confidences.add(sure, confidence, confidenceSquares);
      entropies.add(sure, entropy, entropySquares);
    }
    degradedShare.add(rows, unanswered, unanswered);
  }

  /** A record that no engine has seen was answered by the fallback. */
  void degraded(Counter reason) {
    reason.inc();
    degradedShare.add(1, 1, 1);
  }

  /** A record with this worst status among its features. */
  void vector(FeatureStatus worst) {
    statuses[worst.ordinal()].inc();
  }

  /** Records scored by the model, at any confidence. */
  long scoredCount() {
    return Arrays.stream(scored).mapToLong(Counter::getCount).sum();
  }

  /** The time at which answers leave, to be asked once for all of a batch. */
  long nowMillis() {
    return clockMillis.getAsLong();
  }

  /**
   * An answer leaves.
   *
   * @param ingestedAtMillis when its event came into the topic; 0 where it came from a file
   */
  void answered(long ingestedAtMillis, long nowMillis) {
    if (ingestedAtMillis != 0) {
      eventToScore.update(TimeUnit.MILLISECONDS.toNanos(nowMillis - ingestedAtMillis));
    }
  }

  /** A batch left the queue, for the engine or because its deadline passed. */
  void leftQueue(long waitNanos) {
    queueWait.update(waitNanos);
  }
}
