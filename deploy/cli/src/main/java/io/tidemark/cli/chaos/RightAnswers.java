package io.tidemark.cli.chaos;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.FeatureCsv;
import io.tidemark.jobs.sink.LateJson;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.RejectedJson;
import io.tidemark.jobs.sink.ScoreCsv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/** Lets a Flink in this process compute what the job should answer, from the files themselves. */
final class RightAnswers {
  private final ScoringPlan plan;
  private final ServedModel model;
  private final Path folder;

  /**
   * @param model with its files
   * @param folder for its files
   */
  RightAnswers(ScoringPlan plan, ServedModel model, Path folder) {
    this.plan = plan;
    this.model = model;
    this.folder = folder;
  }

  /**
   * @throws IOException if the files cannot be read, or not every row of theirs is an event that
   *     counts
   */
  Payments of(List<Path> events) throws Exception {
    Files.createDirectories(folder);
    Path features = folder.resolve("features.csv");
    Path scores = folder.resolve("scores.csv");
    Path rejected = folder.resolve("rejected.jsonl");
    Path late = folder.resolve("late.jsonl");
    try (LocalFlink flink = LocalFlink.create()) {
      StreamExecutionEnvironment env = flink.environment(1);
      ScoringJob.define(
          env,
          plan,
          model,
          ScoringSettings.bounded(EventOrder.EVENT_TIME),
          new EventFileSource(plan.schema(), events, Clock.systemUTC()),
          new ScoringSinks(
              new LineFileSink<>(
                  features.toString(),
                  new FeatureCsv(plan.schema(), plan.columnNames(), plan.integralColumns())),
              new LineFileSink<>(scores.toString(), new ScoreCsv(plan.schema())),
              new LineFileSink<>(rejected.toString(), new RejectedJson()),
              new LineFileSink<>(late.toString(), new LateJson(plan.schema()))));
      flink.submit(env, "right answers").getJobExecutionResult().get();
    } catch (ExecutionException e) {
      EventFileException unusable =
          ExceptionUtils.findSerializedThrowable(
                  e, EventFileException.class, RightAnswers.class.getClassLoader())
              .orElseThrow(() -> e);
      throw new IOException(unusable.getMessage(), e);
    }
    requireEmpty(rejected);
    requireEmpty(late);
    return read(features, scores);
  }

  private static void requireEmpty(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (!lines.isEmpty()) {
      throw new IOException(
          "the files of events hold "
              + lines.size()
              + " that would not be scored, the first of them: "
              + lines.get(0)
              + ". Correct them");
    }
  }

  private Payments read(Path features, Path scores) throws IOException {
    List<String> ids = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    try (CsvReader<CsvRecord> rows = CsvReader.builder().ofCsvRecord(features)) {
      for (CsvRecord row : rows) {
        if (row.getStartingLineNumber() > 1) {
          ids.add(row.getField(0));
          double[] columns = new double[row.getFieldCount() - 1];
          for (int i = 0; i < columns.length; i++) {
            columns[i] = number(row.getField(i + 1));
          }
          values.add(columns);
        }
      }
    }
    double[] answers = new double[ids.size()];
    int next = 0;
    try (CsvReader<CsvRecord> rows = CsvReader.builder().ofCsvRecord(scores)) {
      for (CsvRecord row : rows) {
        if (row.getStartingLineNumber() > 1) {
          if (!row.getField(0).equals(ids.get(next))) {
            throw new IOException(scores + " and " + features + " differ in their payments");
          }
          answers[next++] = number(row.getField(1));
        }
      }
    }
    if (next != ids.size()) {
      throw new IOException(scores + " has " + next + " payments, not " + ids.size());
    }
    return new Payments(ids, plan.columnNames(), values, answers);
  }

  private static double number(String text) {
    return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
  }
}
