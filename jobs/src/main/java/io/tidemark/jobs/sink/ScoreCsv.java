package io.tidemark.jobs.sink;

import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Score;

/** Scores as CSV: {@code event_id,score,model_version,degraded}; a rejected score is nothing. */
public final class ScoreCsv implements LineFormat<Score> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;

  public ScoreCsv(EventSchema schema) {
    this.schema = schema;
  }

  @Override
  public String header() {
    return "event_id,score,model_version,degraded";
  }

  @Override
  public void append(Score score, StringBuilder line) {
    CsvText.append(EventFields.text(schema, schema.idField(), score.vector().trigger()), line);
    line.append(',');
    if (!Double.isNaN(score.value())) {
      line.append(score.value());
    }
    line.append(',').append(score.modelVersion());
    line.append(',').append(score.outcome().isDegraded());
  }
}
