package io.tidemark.cli.check.sample;

import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.sink.LineFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row between the job and the comparison: the score, then each column's value with a {@code !}
 * where it is a default, then the id with its line ends escaped; a blank between each.
 */
final class SampleLine implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final char DEFAULTED = '!';

  private final EventSchema schema;
  private final int[] columns;

  /**
   * @param columns positions in the vectors
   */
  SampleLine(EventSchema schema, int[] columns) {
    this.schema = schema;
    this.columns = columns.clone();
  }

  /** Rows of a job that does not score. */
  LineFormat<FeatureVector> ofVectors() {
    return new Vectors(this);
  }

  /** Rows of a job that scores: only the model's own answers are scores. */
  LineFormat<Score> ofScores() {
    return new Scores(this);
  }

  private void append(double score, FeatureVector vector, StringBuilder line) {
    line.append(score);
    for (int column : columns) {
      line.append(' ').append(vector.value(column));
      if (vector.status(column) == FeatureStatus.MISSING) {
        line.append(DEFAULTED);
      }
    }
    String id = String.valueOf(EventFields.text(schema, schema.idField(), vector.trigger()));
    line.append(' ').append(id.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"));
  }

  /** Reads a file of such rows: the scores, then the columns. */
  List<SampleValues> read(Path file) throws IOException {
    int rows;
    try (Stream<String> lines = Files.lines(file)) {
      rows = Math.toIntExact(lines.count());
    }
    String[] ids = new String[rows];
    List<SampleValues> all = new ArrayList<>();
    for (int i = 0; i <= columns.length; i++) {
      all.add(new SampleValues(ids, new double[rows], new boolean[rows]));
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (int row = 0; row < rows; row++) {
        String line = lines.readLine();
        int begin = 0;
        for (SampleValues values : all) {
          int end = line.indexOf(' ', begin);
          values.defaulted()[row] = line.charAt(end - 1) == DEFAULTED;
          values.values()[row] =
              Double.parseDouble(line.substring(begin, values.defaulted()[row] ? end - 1 : end));
          begin = end + 1;
        }
        ids[row] = line.substring(begin);
      }
    }
    return all;
  }

  private record Vectors(SampleLine form) implements LineFormat<FeatureVector> {
    @Override
    public String header() {
      return "";
    }

    @Override
    public void append(FeatureVector vector, StringBuilder line) {
      form.append(Double.NaN, vector, line);
    }
  }

  private record Scores(SampleLine form) implements LineFormat<Score> {
    @Override
    public String header() {
      return "";
    }

    @Override
    public void append(Score score, StringBuilder line) {
      form.append(
          score.outcome() == Score.Outcome.SCORED ? score.value() : Double.NaN,
          score.vector(),
          line);
    }
  }
}
