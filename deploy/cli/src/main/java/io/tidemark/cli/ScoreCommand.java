package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.ScoreCsv;
import org.apache.flink.api.connector.sink2.Sink;
import picocli.CommandLine.Command;

/** Scores every event of some files. */
@Command(
    name = "score",
    description = {
      "Score files of events.",
      "Runs the scoring job's own operators and its model. Writes one row per event:"
          + " event_id,score,model_version,degraded."
    },
    footer = "  tidemark score --model card_fraud --events payments.csv.gz --out scores.csv.gz")
final class ScoreCommand extends FileRun {
  @Override
  ServedModel served(Contracts contracts, ModelContract model) throws InvalidContractsException {
    return ServedModel.read(contracts, model);
  }

  @Override
  ScoringSinks sinks(
      ScoringPlan plan, String file, Sink<RejectedRecord> rejected, Sink<Event> late) {
    return new ScoringSinks(
        null, new LineFileSink<>(file, new ScoreCsv(plan.schema())), rejected, late);
  }
}
