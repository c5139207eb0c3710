package io.tidemark.jobs.history;

import io.tidemark.contract.ModelContract;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.RowWriter;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Scores as rows: {@code event_id}, {@code event_time}, {@code ingested_at}, {@code late}, {@code
 * statuses}, {@code status} (the worst of them), {@code model_version}, {@code score} (null where
 * the model rejects), {@code outcome}, {@code degraded}, {@code contracts} (versions by name), as
 * on the scores' topic.
 */
public final class ScoreRows implements RowFormat<Score> {
  private static final long serialVersionUID = 1L;

  private final VectorHead head;
  private final TreeMap<String, String> contracts;
  private final TableSchema table;

  /**
   * @param contracts exact version of every feature contract behind the score, by name
   */
  public ScoreRows(
      EventSchema schema, ModelContract model, Map<String, SemanticVersion> contracts) {
    this.head = new VectorHead(schema, model);
    this.contracts = new TreeMap<>();
    contracts.forEach((name, version) -> this.contracts.put(name, version.toString()));
    List<Column> columns = new ArrayList<>(VectorHead.COLUMNS);
    columns.add(new Column("status", ColumnType.STRING));
    columns.add(new Column("model_version", ColumnType.STRING));
    columns.add(new Column("score", ColumnType.DOUBLE));
    columns.add(new Column("outcome", ColumnType.STRING));
    columns.add(new Column("degraded", ColumnType.BOOLEAN));
    columns.add(new Column("contracts", ColumnType.STRING_MAP));
    this.table = new TableSchema(columns);
  }

  @Override
  public TableSchema schema() {
    return table;
  }

  @Override
  public long timeMillis(Score score) {
    return score.vector().trigger().timeMillis();
  }

  @Override
  public boolean repeats(int column) {
    return column != VectorHead.EVENT_ID && RowFormat.super.repeats(column);
  }

  @Override
  public void write(Score score, RowWriter row) {
    head.write(score.vector(), row);
    int column = VectorHead.COLUMNS.size();
    row.setWord(column++, VectorHead.worst(score.vector()).name());
    row.setWord(column++, score.modelVersion());
    if (!Double.isNaN(score.value())) {
      row.setDouble(column, score.value());
    }
    column++;
    row.setWord(column++, score.outcome().name().toLowerCase(Locale.ROOT));
    row.setBoolean(column++, score.outcome().isDegraded());
    row.setStringMap(column, contracts);
  }
}
