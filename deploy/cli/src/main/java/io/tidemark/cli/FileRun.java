package io.tidemark.cli;

import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.cli.output.PartFile;
import io.tidemark.cli.output.Progress;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.UnknownModelException;
import io.tidemark.jobs.event.AcceptEvents;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs files of events through the scoring job's own graph and writes one file of what comes out.
 */
abstract class FileRun implements Callable<Integer> {
  private static final long POLL_MILLIS = 200;

  /** How Flink executes the run. */
  enum Mode {
    STREAMING(EventOrder.EVENT_TIME),
    BATCH(EventOrder.BATCH);

    private final EventOrder order;

    Mode(EventOrder order) {
      this.order = order;
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Model contract to go by.")
  private String model = "";

  @Option(
      names = "--events",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "CSV files of events (gzip by name), each in event-time order.")
  private List<Path> events = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "CSV file to write; gzip if its name ends in .gz.")
  private Path out = Path.of("");

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description =
          "Folder of contracts. Without it: those of the checkout you are in, or else those that"
              + " are part of this program.")
  private @Nullable Path contracts;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "streaming",
      description =
          "How Flink executes the run, streaming or batch; the answers are the same. Default:"
              + " ${DEFAULT-VALUE}.")
  private Mode mode = Mode.STREAMING;

  @Option(
      names = "--parallelism",
      paramLabel = "P",
      defaultValue = "1",
      description = "Subtasks per operator. Default: ${DEFAULT-VALUE}.")
  private int parallelism = 1;

  /** The model with its files; without them where the run does not score. */
  abstract ServedModel served(Contracts contracts, ModelContract model)
      throws InvalidContractsException;

  /** The job's sinks, this command's own output into the given file. */
  abstract ScoringSinks sinks(
      ScoringPlan plan, String file, Sink<RejectedRecord> rejected, Sink<Event> late);

  @Override
  public final Integer call() throws Exception {
    requireUsableFiles();
    ScoringPlan plan;
    Contracts read = ContractsFolder.read(contracts, spec);
    try {
      plan = ScoringPlan.of(read, model);
    } catch (UnknownModelException e) {
      throw wrong("--model: " + e.getMessage());
    }
    ServedModel served = served(read, plan.model());
    long startNanos = System.nanoTime();
    long accepted;
    try (LocalFlink flink = LocalFlink.create();
        PartFile output = PartFile.of(out);
        PartFile rejected = PartFile.of(beside("rejected.jsonl"));
        PartFile late = PartFile.of(beside("late.jsonl"))) {
      StreamExecutionEnvironment env = flink.environment(parallelism);
      ScoringJob.define(
          env,
          plan,
          served,
          ScoringSettings.bounded(mode.order),
          new EventFileSource(plan.schema(), events, Clock.systemUTC()),
          sinks(
              plan,
              output.part().toString(),
              new LineFileSink<>(rejected.part().toString(), new RejectedJson()),
              new LineFileSink<>(late.part().toString(), new LateJson(plan.schema()))));
      accepted = execute(flink, env);
      output.commit();
      keepIfNotEmpty(rejected, "rejected");
      keepIfNotEmpty(late, "late");
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    spec.commandLine()
        .getErr()
        .printf(Locale.ROOT, "%,d events in %.1f s, written to %s%n", accepted, seconds, out);
    return CommandLine.ExitCode.OK;
  }

  /** Runs the job and returns how many events it accepted. */
  private long execute(LocalFlink flink, StreamExecutionEnvironment env) throws Exception {
    try (Progress progress = Progress.start("reading", "events")) {
      JobClient job = flink.submit(env, "tidemark " + spec.name() + ": " + model);
      CompletableFuture<JobExecutionResult> result = job.getJobExecutionResult();
      while (true) {
        try {
          return result
              .get(POLL_MILLIS, TimeUnit.MILLISECONDS)
              .getAccumulatorResult(AcceptEvents.ACCEPTED);
        } catch (TimeoutException e) {
          progress.stepTo(accepted(job));
        }
      }
    } catch (ExecutionException e) {
      EventFileException unusable =
          ExceptionUtils.findSerializedThrowable(
                  e, EventFileException.class, FileRun.class.getClassLoader())
              .orElseThrow(() -> e);
      throw new IOException(unusable.getMessage(), e);
    }
  }

  private static long accepted(JobClient job) throws InterruptedException {
    try {
      return (Long) job.getAccumulators().get().getOrDefault(AcceptEvents.ACCEPTED, 0L);
    } catch (ExecutionException | IllegalStateException e) {
      return 0; // Not yet running, or no longer.
    }
  }

  private void keepIfNotEmpty(PartFile file, String what) throws IOException {
    if (Files.size(file.part()) == 0) {
      Files.deleteIfExists(file.file());
      return;
    }
    long count;
    try (Stream<String> lines = Files.lines(file.part())) {
      count = lines.count();
    }
    file.commit();
    spec.commandLine()
        .getErr()
        .printf(Locale.ROOT, "%,d %s, each with its reason in %s%n", count, what, file.file());
  }

  private Path beside(String ending) {
    return out.resolveSibling(out.getFileName() + "." + ending);
  }

  private void requireUsableFiles() {
    EventFiles.require(events, spec);
    if (Files.isDirectory(out)) {
      throw wrong("--out " + out + " is a folder. Name a file.");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw wrong("--out " + out + ": there is no folder " + folder + ". Create it first.");
    }
    if (parallelism < 1 || parallelism > ScoringJob.MAX_PARALLELISM) {
      throw wrong(
          "--parallelism must be from 1 to "
              + ScoringJob.MAX_PARALLELISM
              + ", but is "
              + parallelism);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
