package io.tidemark.cli.chaos;

import io.tidemark.cli.cluster.Checkout;
import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.ClusterFolder;
import io.tidemark.cli.cluster.ClusterSettings;
import io.tidemark.cli.cluster.FlinkClient;
import io.tidemark.cli.output.LiveLine;
import io.tidemark.cli.output.OutputFile;
import io.tidemark.cli.simulator.PaymentCsv;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import io.tidemark.cli.topic.EventFeed;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.score.ServedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * One replay of payments through the scoring job on a cluster of its own, with faults.
 *
 * <p>How it works: a run without faults, in this process, tells the right answers. The payments are
 * sent to their topic, and the job is submitted, bounded, with exactly-once delivery and a limit on
 * its rate. While it runs, faults happen at moments that depend on how far it has come; two readers
 * follow the scores, one of committed records and one, the control, of all. When the job has
 * finished by itself, another reader and the history's tables are held against the right answers.
 */
public final class ChaosRun {
  static final String EVENTS = "history: events";
  static final String FEATURES = "history: features";
  static final String SCORES = "history: scores";

  private static final int PARTITIONS = 2;
  private static final int PARALLELISM = 2;

  /** One more than the job needs, each with one slot: who dies is replaced at once. */
  private static final int TASK_MANAGERS = PARALLELISM + 1;

  private static final Map<String, String> FLINK =
      Map.of(
          "execution.checkpointing.interval",
          "3 s",
          "restart-strategy.fixed-delay.delay",
          "200 ms",
          "taskmanager.memory.process.size",
          "1280m");

  /** Longer than any recovery; a job that was away longer would lose what it had not committed. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);

  /** How long until readers have read what is there. */
  private static final Duration READ_PATIENCE = TRANSACTION_TIMEOUT.plusMinutes(1);

  private final Checkout checkout;
  private final Path folder;
  private final ChaosSettings settings;
  private final ScoringPlan plan;
  private final ServedModel model;
  private final PrintWriter err;

  /**
   * @param folder where everything that is written goes; the run may not have it to itself
   * @param model with its files
   * @param err where it says how it goes
   */
  public ChaosRun(
      Checkout checkout,
      Path folder,
      ChaosSettings settings,
      ScoringPlan plan,
      ServedModel model,
      PrintWriter err) {
    this.checkout = checkout;
    this.folder = folder;
    this.settings = settings;
    this.plan = plan;
    this.model = model;
    this.err = err;
  }

  /**
   * Runs it; the cluster has ended then, and what it wrote is still there.
   *
   * @throws IOException if something keeps the job from finishing
   */
  public ChaosResult run() throws Exception {
    Path jar = checkout.jobs();
    List<Path> events = events();
    say("computing the right answers…");
    Payments payments = new RightAnswers(plan, model, folder.resolve("answers")).of(events);
    say("starting a cluster…");
    EventContract event = plan.schema().contract();
    Cluster cluster =
        Cluster.up(
            checkout,
            new ClusterFolder(folder.resolve("cluster")),
            new ClusterSettings(TASK_MANAGERS, 1, 1, true, PARTITIONS, null, FLINK),
            Set.of(
                event.topic().topic(),
                event.deadLetter().topic(),
                event.late().topic(),
                scoresTopic()),
            err);
    try {
      String bootstrapServers = cluster.state().bootstrapServers();
      new EventFeed(plan.schema(), events, 0, List.of()).send(bootstrapServers, err);
      try (ScoreReader during =
              reader("scores, read during the faults", "read_committed", cluster, payments);
          ScoreReader control =
              reader("control: scores, uncommitted", "read_uncommitted", cluster, payments)) {
        return run(cluster, jar, payments, during, control);
      }
    } finally {
      cluster.down(true);
    }
  }

  private ChaosResult run(
      Cluster cluster, Path jar, Payments payments, ScoreReader during, ScoreReader control)
      throws Exception {
    String bootstrapServers = cluster.state().bootstrapServers();
    int rate = (int) Math.max(1, payments.count() * 1_000L / settings.replay().toMillis());
    long startNanos = System.nanoTime();
    submit(cluster, jar, rate);
    say(
        "the job reads %,d payments, %,d a second; seed %d",
        payments.count(), rate, settings.seed());
    JobWatch job = new JobWatch(cluster.state().restUrl());
    List<PlannedFault> planned = PlannedFault.draw(settings.seed(), settings.faultsOfEach());
    List<Fault> faults;
    try (LiveLine line = new LiveLine(err)) {
      faults =
          new Siege(cluster, job, planned, startNanos, line)
              .until(() -> (double) control.ledger().distinct() / payments.count());
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);

    say("the job has finished; reading what it wrote…");
    Map<TopicPartition, Long> ends = ScoreReader.ends(bootstrapServers, scoresTopic());
    List<Ledger.Account> scores = new ArrayList<>();
    scores.add(during.readUntil(ends, READ_PATIENCE));
    try (ScoreReader afterwards =
        reader("scores, read afterwards", "read_committed", cluster, payments)) {
      scores.add(afterwards.readUntil(ends, READ_PATIENCE));
    }
    Ledger.Account written = control.readUntil(ends, READ_PATIENCE);
    HistoryTable events = table("events", plan.schema().contract().metadata().name());
    HistoryTable features = table("features", plan.model().metadata().name());
    HistoryTable kept = table("scores", plan.model().metadata().name());
    return new ChaosResult(
        settings.seed(),
        payments.count(),
        planned.size(),
        faults,
        job.restarts(),
        job.completedCheckpoints(),
        job.failedCheckpoints(),
        scores,
        List.of(
            eventsAccount(events, payments),
            featuresAccount(features, payments),
            scoresAccount(kept, payments)),
        written,
        events.filesAddedTwice() + features.filesAddedTwice() + kept.filesAddedTwice(),
        duration);
  }

  private List<Path> events() throws IOException {
    if (!settings.events().isEmpty()) {
      return settings.events();
    }
    say("simulating %,d payments…", settings.simulatedPayments());
    Path file = folder.resolve("payments.csv.gz");
    SimulatorConfig world =
        new SimulatorConfig(5_000, 10_000, LocalDate.of(2025, 1, 1), settings.seed());
    try (OutputFile out = OutputFile.create(file)) {
      PaymentCsv csv = new PaymentCsv(out.writer());
      new PaymentSimulator(world).stream().limit(settings.simulatedPayments()).forEach(csv::write);
      out.commit();
    }
    return List.of(file);
  }

  private String scoresTopic() {
    return plan.model().metadata().name() + "_scores";
  }

  private ScoreReader reader(String place, String isolation, Cluster cluster, Payments payments)
      throws IOException, InterruptedException {
    return ScoreReader.start(
        place, isolation, cluster.state().bootstrapServers(), scoresTopic(), payments);
  }

  private Path history() {
    return folder.resolve("history");
  }

  private HistoryTable table(String kind, String name) {
    return new HistoryTable(history().resolve(kind).resolve(name));
  }

  private void submit(Cluster cluster, Path jar, int rate)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("run", "-d", "-p", "" + PARALLELISM));
    arguments.addAll(List.of("-c", "io.tidemark.jobs.ScoringJob", jar.toString()));
    arguments.addAll(List.of("--model", plan.model().metadata().name()));
    arguments.addAll(List.of("--order", "event-time", "--until", "latest"));
    arguments.addAll(List.of("--delivery", "exactly-once"));
    arguments.addAll(List.of("--transaction-timeout", TRANSACTION_TIMEOUT.toString()));
    arguments.addAll(List.of("--history", history().toString()));
    arguments.addAll(List.of("--history-since", "1970-01-01T00:00:00Z"));
    arguments.addAll(List.of("--max-rate", "" + rate));
    Path output = folder.resolve("submission.log");
    if (FlinkClient.of(cluster).run(arguments, output) != 0) {
      throw new IOException("the job was not accepted: " + Files.readString(output));
    }
  }

  private Ledger.Account eventsAccount(HistoryTable table, Payments payments) throws IOException {
    Ledger ledger = new Ledger(EVENTS, payments);
    String id = plan.schema().contract().id();
    table.read(ledger, (book, row) -> book.add(Long.toString(row.getLong(id)), payment -> true));
    return ledger.account();
  }

  private Ledger.Account featuresAccount(HistoryTable table, Payments payments) throws IOException {
    Ledger ledger = new Ledger(FEATURES, payments);
    List<String> columns = plan.model().features().stream().map(ChaosRun::column).toList();
    table.read(
        ledger,
        (book, row) ->
            book.add(
                row.getString("event_id"),
                payment -> {
                  for (int i = 0; i < columns.size(); i++) {
                    if (!payments.isFeature(payment, i, HistoryTable.number(row, columns.get(i)))) {
                      return false;
                    }
                  }
                  return !row.getBoolean("late");
                }));
    return ledger.account();
  }

  /** What the history calls a feature. */
  private static String column(FeatureRef feature) {
    return feature.contract() == null ? feature.name() : feature.contract() + "__" + feature.name();
  }

  private Ledger.Account scoresAccount(HistoryTable table, Payments payments) throws IOException {
    Ledger ledger = new Ledger(SCORES, payments);
    table.read(
        ledger,
        (book, row) ->
            book.add(
                row.getString("event_id"),
                payment ->
                    !row.getBoolean("degraded")
                        && !row.getBoolean("late")
                        && payments.isScore(payment, HistoryTable.number(row, "score"))));
    return ledger.account();
  }

  private void say(String line, Object... values) {
    err.println(String.format(Locale.ROOT, line, values));
    err.flush();
  }
}
