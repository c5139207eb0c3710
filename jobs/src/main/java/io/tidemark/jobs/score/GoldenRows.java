package io.tidemark.jobs.score;

import ai.onnxruntime.OrtException;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.tidemark.contract.ModelContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Rows whose scores are known: a column per feature, named as the contract names it, and one named
 * {@code score}, whose cells may be empty where a finite score is all that is asked for.
 */
final class GoldenRows {
  private static final String SCORE = "score";

  /** How far a score may be from the known one: what float32 and other kernels make of it. */
  private static final double TOLERANCE = 1e-4;

  private static final int MOST_ROWS = 1_024;

  private record Row(double[] features, double score) {}

  private final ModelContract contract;
  private final List<Row> rows;

  private GoldenRows(ModelContract contract, List<Row> rows) {
    this.contract = contract;
    this.rows = List.copyOf(rows);
  }

  /**
   * @throws InvalidModelException if it is no such file
   */
  static GoldenRows read(ModelContract contract, byte[] csv) throws InvalidModelException {
    List<String> names = contract.features().stream().map(Object::toString).toList();
    List<Row> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> records =
        CsvReader.builder().ofNamedCsvRecord(new String(csv, StandardCharsets.UTF_8))) {
      for (NamedCsvRecord record : records) {
        double[] features = new double[names.size()];
        for (int i = 0; i < features.length; i++) {
          features[i] = number(record.getField(names.get(i)));
        }
        rows.add(new Row(features, number(record.getField(SCORE))));
      }
    } catch (CsvParseException | NoSuchElementException | NumberFormatException e) {
      throw invalid(contract, "'" + e.getMessage() + "'");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is read from memory
    }
    if (rows.isEmpty() || rows.size() > MOST_ROWS) {
      throw invalid(contract, rows.size() + " rows");
    }
    return new GoldenRows(contract, rows);
  }

  private static InvalidModelException invalid(ModelContract contract, String found) {
    return new InvalidModelException(
        contract,
        Refusal.GOLDEN_ROWS,
        "1 to " + MOST_ROWS + " golden rows as CSV with the columns of its inputs and score",
        found,
        "Write the file again");
  }

  /** NaN for an empty cell: a missing feature, or a score that is not asked for. */
  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  /**
   * Scores the rows with a model that has just been loaded.
   *
   * @param tensors room for a batch of rows whose columns are the contract's features in order
   * @throws InvalidModelException if a score is not finite, or not the known one
   */
  void check(OnnxScoringEngine engine, TensorRows tensors) throws InvalidModelException {
    int maxRows = contract.batch().maxRows();
    BatchScores scores = new BatchScores(maxRows);
    for (int from = 0; from < rows.size(); from += maxRows) {
      int count = Math.min(maxRows, rows.size() - from);
      for (int row = 0; row < count; row++) {
        if (!tensors.write(row, rows.get(from + row).features)) {
          throw wrong(from + row, "values that its tensors can hold", "others");
        }
      }
      try {
        engine.score(tensors, 0, count, scores);
      } catch (OrtException e) {
        throw wrong(from, "a score", "'" + e.getMessage() + "'");
      }
      for (int row = 0; row < count; row++) {
        compare(from + row, scores.value(row));
      }
    }
  }

  private void compare(int row, double score) throws InvalidModelException {
    double known = rows.get(row).score;
    if (!Double.isFinite(score)) {
      throw wrong(row, "a finite score", "" + score);
    }
    if (Math.abs(score - known) > TOLERANCE * Math.max(1, Math.abs(known))) {
      throw wrong(row, "a score of " + known, "" + score);
    }
  }

  private InvalidModelException wrong(int row, String expected, String found) {
    return new InvalidModelException(
        contract,
        Refusal.GOLDEN_ROWS,
        expected + " on golden row " + (row + 1),
        found,
        "Train it again, or write the golden rows anew if the change is meant");
  }
}
