package io.tidemark.cli.check.sample;

import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * One version of the contracts over a sample: each model's job, which also gives the features that
 * the model takes, and one job more for features that no model takes. Used once, by one thread.
 */
final class SampleSide {
  private static final SemanticVersion ANY_VERSION = new SemanticVersion(1, 0, 0);

  private final Contracts contracts;
  private final EventContract event;
  private final Path file;
  private final Clock clock;
  private final Map<SampleColumn, SampleValues> columns = new HashMap<>();
  private final Map<String, SampleValues> scores = new LinkedHashMap<>();
  private long accepted;
  private long rejected;

  SampleSide(Contracts contracts, EventContract event, Path file, Clock clock) {
    this.contracts = contracts;
    this.event = event;
    this.file = file;
    this.clock = clock;
  }

  /**
   * @param models that are to score, with their files
   * @param wanted what is to be computed beside
   */
  void run(List<ServedModel> models, Set<SampleColumn> wanted)
      throws UnusableSampleException, InvalidModelException {
    for (ServedModel model : models) {
      run(scoring(model.contract()), model, wanted);
    }
    Set<SampleColumn> left = new TreeSet<>(SampleColumn.ORDER);
    left.addAll(wanted);
    left.removeAll(columns.keySet());
    while (!left.isEmpty()) {
      // Two major versions of one contract do not fit into one vector.
      Map<String, Integer> majors = new TreeMap<>();
      left.forEach(column -> majors.putIfAbsent(column.contract(), column.major()));
      List<SampleColumn> now =
          left.stream().filter(column -> majors.get(column.contract()) == column.major()).toList();
      run(computing(majors, now), null, wanted);
      now.forEach(left::remove);
    }
  }

  private ScoringPlan scoring(ModelContract model) {
    return plan(model, model.contracts());
  }

  /** As if a model took these columns. */
  private ScoringPlan computing(Map<String, Integer> majors, List<SampleColumn> taken) {
    List<FeatureRef> features = taken.stream().map(SampleColumn::ref).toList();
    return plan(
        new ModelContract(
            new Metadata("sample", ANY_VERSION, event.metadata().owner(), ""),
            event.topic(),
            new ModelContract.Artifact("", ""),
            List.of(new TensorInput("features", TensorType.FLOAT32, features)),
            new ScoreOutput("score", 0),
            majors,
            null,
            MissingPolicy.DEFAULT,
            new ModelContract.Batch(1, Duration.ZERO),
            Duration.ofSeconds(1),
            0),
        majors);
  }

  private ScoringPlan plan(ModelContract model, Map<String, Integer> majors) {
    List<FeatureContract> chosen = new ArrayList<>();
    majors.forEach((name, major) -> chosen.add(contracts.feature(name, major).orElseThrow()));
    return new ScoringPlan(model, new EventSchema(event), chosen);
  }

  private void run(ScoringPlan plan, @Nullable ServedModel model, Set<SampleColumn> wanted)
      throws UnusableSampleException, InvalidModelException {
    List<FeatureRef> vector = plan.model().features();
    List<SampleColumn> taken =
        wanted.stream()
            .filter(
                column ->
                    Integer.valueOf(column.major())
                        .equals(plan.model().contracts().get(column.contract())))
            .filter(column -> vector.contains(column.ref()))
            .toList();
    SampleLine form =
        new SampleLine(
            plan.schema(),
            taken.stream().mapToInt(column -> vector.indexOf(column.ref())).toArray());
    try {
      Path folder = Files.createTempDirectory("tidemark-sample");
      try {
        execute(plan, model, form, folder);
        List<SampleValues> read = form.read(rows(folder));
        if (model != null) {
          scores.put(plan.model().metadata().name(), read.get(0));
        }
        for (int i = 0; i < taken.size(); i++) {
          columns.putIfAbsent(taken.get(i), read.get(i + 1));
        }
        accepted = read.get(0).values().length;
        rejected = lines(folder.resolve("rejected")) + lines(folder.resolve("late"));
      } finally {
        for (String name : List.of("rows", "rejected", "late")) {
          Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UnusableSampleException(
          "the sample could not be run: " + e.getMessage() + ". Make room in the temporary folder.",
          e);
    }
  }

  private void execute(ScoringPlan plan, @Nullable ServedModel model, SampleLine form, Path folder)
      throws IOException, UnusableSampleException, InvalidModelException {
    String rows = rows(folder).toString();
    Sink<RejectedRecord> rejections =
        new LineFileSink<>(folder.resolve("rejected").toString(), new RejectedJson());
    Sink<Event> late =
        new LineFileSink<>(folder.resolve("late").toString(), new LateJson(plan.schema()));
    try (LocalFlink flink = LocalFlink.create()) {
      StreamExecutionEnvironment env = flink.environment(1);
      ScoringJob.define(
          env,
          plan,
          model == null ? new ServedModel(plan.model(), new byte[0]) : model,
          ScoringSettings.bounded(EventOrder.EVENT_TIME),
          new EventFileSource(plan.schema(), List.of(file), clock).first(SampleFile.MAX_ROWS),
          model == null
              ? new ScoringSinks(new LineFileSink<>(rows, form.ofVectors()), null, rejections, late)
              : new ScoringSinks(
                  null, new LineFileSink<>(rows, form.ofScores()), rejections, late));
      flink.submit(env, "tidemark check").getJobExecutionResult().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException | InvalidModelException e) {
      throw e;
    } catch (Exception e) {
      throw failure(e);
    }
  }

  private static UnusableSampleException failure(Exception e) {
    Optional<EventFileException> file =
        ExceptionUtils.findSerializedThrowable(
            e, EventFileException.class, SampleSide.class.getClassLoader());
    if (file.isPresent()) {
      return UnusableSampleException.of(file.get());
    }
    Throwable cause =
        e instanceof ExecutionException ? ExceptionUtils.stripExecutionException(e) : e;
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new UnusableSampleException(
        "the job over the sample failed: "
            + root.getMessage()
            + ". Run `tidemark features` over the same file to see all of it.",
        e);
  }

  private static Path rows(Path folder) {
    return folder.resolve("rows");
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  /** Empty where this side has no such feature. */
  Optional<SampleValues> column(SampleColumn column) {
    return Optional.ofNullable(columns.get(column));
  }

  Optional<SampleValues> scores(String model) {
    return Optional.ofNullable(scores.get(model));
  }

  /** Whether anything was asked of this side. */
  boolean hasRun() {
    return !columns.isEmpty() || !scores.isEmpty();
  }

  /** Events that were computed with. */
  long accepted() {
    return accepted;
  }

  /** Rows that the event's contract rejects, and duplicates. */
  long rejected() {
    return rejected;
  }
}
