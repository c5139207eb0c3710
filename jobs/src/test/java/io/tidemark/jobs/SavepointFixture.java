package io.tidemark.jobs;

import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.Upsert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.testutils.CommonTestUtils;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Feature jobs on a mini cluster that end in savepoints and go on from them. */
final class SavepointFixture implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 300;

  private final MiniCluster cluster;
  private final Path folder;
  private final MemorySize inMetadata;

  /** Of all fixtures in this process, which share the names of runs. */
  private static final AtomicInteger RUNS = new AtomicInteger();

  /** How state is left behind. */
  enum Form {
    CANONICAL,
    NATIVE,
    RETAINED_CHECKPOINT,
    /** Canonical, with nothing left in flight. */
    DRAINED
  }

  /** Where it is kept, in Flink's words. */
  enum Backend {
    HASHMAP,
    ROCKSDB
  }

  /**
   * Starts a cluster with room for one job of three subtasks.
   *
   * @param folder for all that it writes
   */
  SavepointFixture(Path folder) throws Exception {
    // So that there are files to lose, however little they hold.
    this(folder, MemorySize.ZERO);
  }

  /**
   * The same.
   *
   * @param inMetadata state of a subtask up to this size is no file of its own, 1 MB at most
   */
  SavepointFixture(Path folder, MemorySize inMetadata) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder.resolve("flink").toString());
    this.folder = folder;
    this.inMetadata = inMetadata;
    this.cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(3)
                .withRandomPorts()
                .build());
    cluster.start();
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }

  Path write(List<Purchase> purchases, String name) throws IOException {
    return Files.write(
        folder.resolve(name),
        Stream.concat(Stream.of(WindowDomain.CSV_HEADER), purchases.stream().map(Purchase::csv))
            .toList());
  }

  /** A job that reads some events and leaves its state behind; where that is. */
  String leave(
      FeaturePlan plan, Path events, int records, Form form, Backend backend, int parallelism)
      throws Exception {
    return leave(plan, source(plan, events), records, form, backend, parallelism);
  }

  /** The same with events of any source. */
  <S extends SourceSplit, C> String leave(
      FeaturePlan plan,
      Source<Ingested, S, C> source,
      int records,
      Form form,
      Backend backend,
      int parallelism)
      throws Exception {
    return leave(
        plan, source, SavepointRestoreSettings.none(), records, form, backend, parallelism);
  }

  /** The same of a job that goes on from such a place. */
  <S extends SourceSplit, C> String leave(
      FeaturePlan plan,
      Source<Ingested, S, C> source,
      SavepointRestoreSettings restored,
      int records,
      Form form,
      Backend backend,
      int parallelism)
      throws Exception {
    String name = "left-" + RUNS.incrementAndGet();
    JobID job =
        submit(
            plan, name, new PausedSource<>(name, source, records), backend, parallelism, restored);
    try {
      return leave(job, name, form, records);
    } finally {
      cancelIfRunning(job);
    }
  }

  private String leave(JobID job, String name, Form form, int records) throws Exception {
    CompletableFuture<JobResult> failed = cluster.requestJobResult(job);
    CompletableFuture.anyOf(PausedSource.paused(name), failed)
        .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (failed.isDone()) {
      throw failure(failed.get());
    }
    CommonTestUtils.waitForAllTaskRunning(cluster, job, false);
    // Until the watermark has come, events only wait: what is left in flight should be few.
    CommonTestUtils.waitUntilCondition(() -> CollectedVectors.of(name).size() >= records * 9 / 10);
    CompletableFuture<String> place =
        form == Form.RETAINED_CHECKPOINT
            ? cluster.triggerCheckpoint(job)
            : cluster.stopWithSavepoint(
                job,
                folder.resolve("savepoints").toUri().toString(),
                form == Form.DRAINED,
                form == Form.NATIVE ? SavepointFormatType.NATIVE : SavepointFormatType.CANONICAL);
    return place.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private void cancelIfRunning(JobID job) throws Exception {
    CompletableFuture<JobResult> result = cluster.requestJobResult(job);
    if (!cluster.getJobStatus(job).get(DEADLINE_SECONDS, TimeUnit.SECONDS).isTerminalState()) {
      cluster.cancelJob(job).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    result.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** A job that goes on from such a place with the rest of the events; its vectors. */
  Collection<FeatureVector> goOn(
      FeaturePlan plan, Path events, String place, Backend backend, int parallelism, boolean drops)
      throws Exception {
    return goOn(plan, source(plan, events), place, backend, parallelism, drops);
  }

  /** The same with the events of any source. */
  Collection<FeatureVector> goOn(
      FeaturePlan plan,
      Source<Ingested, ?, ?> source,
      String place,
      Backend backend,
      int parallelism,
      boolean drops)
      throws Exception {
    String name = "went-on-" + RUNS.incrementAndGet();
    JobID job =
        submit(
            plan,
            name,
            source,
            backend,
            parallelism,
            SavepointRestoreSettings.forPath(place, drops));
    JobResult result;
    try {
      result = cluster.requestJobResult(job).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } finally {
      cancelIfRunning(job);
    }
    if (result.getSerializedThrowable().isPresent()) {
      throw failure(result);
    }
    return CollectedVectors.of(name);
  }

  private static IllegalStateException failure(JobResult result) {
    return new IllegalStateException(
        result
            .getSerializedThrowable()
            .map(error -> error.deserializeError(SavepointFixture.class.getClassLoader()))
            .orElse(null));
  }

  private static EventFileSource source(FeaturePlan plan, Path events) {
    return new EventFileSource(plan.schema(), List.of(events), Clock.systemUTC());
  }

  private JobID submit(
      FeaturePlan plan,
      String name,
      Source<Ingested, ?, ?> source,
      Backend backend,
      int parallelism,
      SavepointRestoreSettings restored)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.TMP_DIRS, folder.resolve("flink").toString());
    configuration.set(StateBackendOptions.STATE_BACKEND, backend.name().toLowerCase(Locale.ROOT));
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, inMetadata);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    Map<String, Sink<Upsert>> latest = new HashMap<>();
    for (FeatureContract contract : plan.contracts()) {
      latest.put(contract.metadata().name(), new DiscardingSink<>());
    }
    FeatureJob.define(
        env,
        plan,
        new FeatureSettings(EventOrder.EVENT_TIME, ScoringSettings.ALL_HISTORY, 0, false),
        source,
        new FeatureSinks(
            new CollectedVectors(name), latest, new DiscardingSink<>(), new DiscardingSink<>()));
    JobGraph graph = env.getStreamGraph().getJobGraph();
    graph.setSavepointRestoreSettings(restored);
    cluster.submitJob(graph).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    return graph.getJobID();
  }
}
