package io.tidemark.cli.bench.pipeline;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Measures the scoring job from topic to topic: how many events a second it takes and what one of
 * them costs, then how long an event waits for its score at parts of that speed.
 *
 * <p><b>How it works.</b> Rounds of events let windows fill and the JVM compile, which it is waited
 * for. For full load as many events as it takes are put on the topic, of two partitions; what is
 * measured begins when all are there, and lasts until nearly all have a score. The scores are
 * counted by the offsets of their topic. CPU time is that of the job's process, which is Flink's
 * job manager and task manager in one; the broker's is told apart. Then, in the same job, events
 * are sent on a schedule that nothing holds up: a latency counts from the time at which the event
 * was to be sent, so that one that had to wait behind others is not left out, until a consumer has
 * the score. The sender and that consumer run in this process, on the same cores as everything
 * else: beside each latency stands what share of the machine all processes together kept busy, for
 * where that is nearly all of it, events wait for a core and not for the job.
 *
 * <pre>{@code
 * deploy/tidemark bench pipeline --quick
 * }</pre>
 */
public final class PipelineBench {
  /** Of the full load, at which latencies are measured unless told otherwise. */
  static final List<Integer> PERCENTS = List.of(10, 30, 50);

  private static final int PARTITIONS = 2;
  private static final String EVENTS = "tx_events";
  private static final String REJECTED = "tx_events_rejected";
  private static final int BROKER_HEAP_MEBIBYTES = 512;
  private static final int JOB_HEAP_MEBIBYTES = 1_024;
  private static final long POLL_MILLIS = 50;
  private static final long COMPILERS_AT_REST_MILLIS = 500;

  /** Records that come one by one take other ways than those that wait for the job in heaps. */
  private static final int WARM_UP_PERCENT = 30;

  /** What a schedule begins with, until its first records have passed. */
  private static final Duration UNCOUNTED = Duration.ofSeconds(2);

  /** In event-time order the last ones wait until the topic counts as idle. */
  private static final double MEASURED_UNTIL = 0.98;

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** How long the last scores may take. */
  private static final Duration LATENCY_PATIENCE = Duration.ofMinutes(1);

  private final PipelineScale scale;
  private final long seed;
  private final Set<PipelineCase> cases;
  private final List<Integer> percents;
  private final PrintWriter progress;

  /**
   * @param percents of the full load, at which latencies are measured
   * @param progress standard error
   */
  PipelineBench(
      PipelineScale scale,
      long seed,
      Set<PipelineCase> cases,
      List<Integer> percents,
      PrintWriter progress) {
    this.scale = scale;
    this.seed = seed;
    this.cases = cases;
    this.percents = List.copyOf(percents);
    this.progress = progress;
  }

  /**
   * The benchmark as it is run from the command line.
   *
   * @param only ids of cases; empty for all
   * @param percents of the full load, at which latencies are measured; none for {@link #PERCENTS}
   * @throws IllegalArgumentException if there is no such case, or no such part of the full load
   */
  public static PipelineBench of(
      boolean quick, long seed, List<String> only, List<Integer> percents, PrintWriter progress) {
    for (int percent : percents) {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException(
            "--latency-at: expected percents of the full load from 1 to 100, found " + percent);
      }
    }
    Set<PipelineCase> cases = EnumSet.noneOf(PipelineCase.class);
    for (String id : only) {
      cases.add(PipelineCase.of(id));
    }
    return new PipelineBench(
        quick ? PipelineScale.QUICK : PipelineScale.FULL,
        seed,
        cases.isEmpty() ? EnumSet.allOf(PipelineCase.class) : cases,
        percents.isEmpty() ? PERCENTS : percents,
        progress);
  }

  /**
   * @throws IOException if a process ended or an event was rejected
   */
  public PipelineResult run() throws Exception {
    Path folder = Files.createTempDirectory("tidemark-bench-");
    try {
      List<PipelineResult.Row> rows = new ArrayList<>();
      for (PipelineCase theCase : cases) {
        rows.add(run(theCase, folder));
      }
      return new PipelineResult(scale, seed, rows);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /** Each case has a broker of its own, so that none finds another's events. */
  private PipelineResult.Row run(PipelineCase theCase, Path folder) throws Exception {
    try (ForkedMain broker =
        ForkedMain.start(PipelineBroker.class, BROKER_HEAP_MEBIBYTES, folder)) {
      String servers = broker.word();
      String scores = PipelineJob.scoresTopic(theCase);
      createTopics(servers, EVENTS, scores, REJECTED, "tx_events_late");
      try (PaymentFeed feed = new PaymentFeed(servers, EVENTS, scale, seed);
          ScoresTopic scored = new ScoresTopic(servers, scores, PARTITIONS);
          ScoresTopic rejected = new ScoresTopic(servers, REJECTED, PARTITIONS)) {
        say("%s: starting the job…", theCase.id());
        String tables = folder.resolve(theCase.id()).toString();
        try (ForkedMain job =
            ForkedMain.start(
                PipelineJob.class, JOB_HEAP_MEBIBYTES, folder, servers, theCase.name(), tables)) {
          PipelineResult.Row row = measure(theCase, job, broker, feed, scored);
          if (rejected.size() > 0) {
            throw new IOException("the job rejected " + rejected.size() + " payments");
          }
          return row;
        }
      }
    }
  }

  private PipelineResult.Row measure(
      PipelineCase theCase, ForkedMain job, ForkedMain broker, PaymentFeed feed, ScoresTopic scored)
      throws Exception {
    for (int round = 1; round <= scale.warmUpRounds(); round++) {
      say("%s: warming up, round %d of %d…", theCase.id(), round, scale.warmUpRounds());
      feed.fill(scale.warmUpEvents());
      await((long) (feed.sent() * MEASURED_UNTIL), job, broker, scored);
      awaitCompilers(job);
    }
    say("%s: writing %,d payments…", theCase.id(), scale.events());
    feed.fill(scale.events());
    Load begin = load(job, broker, scored);
    Load load = await((long) (feed.sent() * MEASURED_UNTIL), job, broker, scored).since(begin);
    if (load.scores() == 0) {
      throw new IOException("all payments were scored before the last was sent: send more");
    }
    say(
        "%s: %,.0f events/s, %.1f µs/event, broker %.1f µs/event",
        theCase.id(),
        load.eventsPerSecond(),
        load.jobCpuMicrosPerEvent(),
        load.brokerCpuMicrosPerEvent());
    if (!theCase.isLive()) {
      return new PipelineResult.Row(theCase, load, List.of());
    }
    await(feed.sent(), job, broker, scored);
    say("%s: warming up for what comes little by little…", theCase.id());
    double warmUpPerSecond = load.eventsPerSecond() * WARM_UP_PERCENT / 100;
    measureLatency(
        WARM_UP_PERCENT, warmUpPerSecond, scale.latencyWarmUp(), job, broker, feed, scored);
    List<Step> steps = new ArrayList<>();
    for (int percent : percents) {
      awaitCompilers(job);
      double perSecond = load.eventsPerSecond() * percent / 100;
      Step step = measureLatency(percent, perSecond, scale.latency(), job, broker, feed, scored);
      steps.add(step);
      Latencies latencies = step.latencies();
      say(
          "%s: at %,.0f events/s p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms; %.0f%% of the machine",
          theCase.id(),
          latencies.perSecond(),
          latencies.millis(50),
          latencies.millis(99),
          latencies.millis(99.9),
          100 * step.total().usage().ofMachine(Runtime.getRuntime().availableProcessors()));
    }
    return new PipelineResult.Row(theCase, load, steps);
  }

  /** Returns when so many scores are written. */
  private static Load await(long scores, ForkedMain job, ForkedMain broker, ScoresTopic scored)
      throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Load load = load(job, broker, scored);
      if (load.scores() >= scores) {
        return load;
      }
      if (!job.isAlive() || !broker.isAlive()) {
        throw new IOException("a process of the benchmark ended; what it said is above");
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new IOException("only " + load.scores() + " payments were scored within " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private static Load load(ForkedMain job, ForkedMain broker, ScoresTopic scored) {
    return new Load(scored.size(), Usage.of(job, broker));
  }

  /** Returns when the JVM's compilers have been at rest for a while. */
  private static void awaitCompilers(ForkedMain job) throws IOException, InterruptedException {
    Duration compiled = Duration.ofNanos(-1);
    for (Duration now = work(job).compiling(); !now.equals(compiled); now = work(job).compiling()) {
      compiled = now;
      TimeUnit.MILLISECONDS.sleep(COMPILERS_AT_REST_MILLIS);
    }
  }

  private static JvmWork work(ForkedMain job) throws IOException {
    return JvmWork.parse(job.ask());
  }

  private Step measureLatency(
      int percent,
      double perSecond,
      Duration counted,
      ForkedMain job,
      ForkedMain broker,
      PaymentFeed feed,
      ScoresTopic scored)
      throws Exception {
    long firstId = feed.sent();
    List<ProducerRecord<byte[], byte[]>> records =
        feed.prepare(new Schedule(0, perSecond, UNCOUNTED, counted).payments());
    scored.skip();
    ExecutorService beside = Executors.newFixedThreadPool(2);
    try {
      Schedule schedule = new Schedule(System.nanoTime(), perSecond, UNCOUNTED, counted);
      Future<?> sending =
          beside.submit(
              () -> {
                feed.send(records, schedule);
                return null;
              });
      Future<List<Moment>> moments = beside.submit(() -> watch(schedule, job, broker));
      long endNanos = schedule.dueNanos(records.size()) + LATENCY_PATIENCE.toNanos();
      Latencies latencies = scored.receive(firstId, schedule, endNanos);
      sending.get();
      return new Step(percent, latencies, moments.get());
    } finally {
      beside.shutdownNow();
    }
  }

  /** Looks at the processes when latencies begin to count and after each second. */
  private static List<Moment> watch(Schedule schedule, ForkedMain job, ForkedMain broker)
      throws IOException, InterruptedException {
    List<Moment> moments = new ArrayList<>();
    for (int second = 0; second <= schedule.counted().toSeconds(); second++) {
      long atNanos = schedule.startNanos() + schedule.warmUp().plusSeconds(second).toNanos();
      TimeUnit.NANOSECONDS.sleep(atNanos - System.nanoTime());
      moments.add(new Moment(Usage.of(job, broker), work(job)));
    }
    return moments;
  }

  private static void createTopics(String servers, String... names) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      List<NewTopic> topics = new ArrayList<>();
      for (String name : names) {
        topics.add(new NewTopic(name, PARTITIONS, (short) 1));
      }
      admin.createTopics(topics).all().get();
    }
  }

  private void say(String format, Object... arguments) {
    progress.printf(Locale.ROOT, format + "%n", arguments);
    progress.flush();
  }
}
