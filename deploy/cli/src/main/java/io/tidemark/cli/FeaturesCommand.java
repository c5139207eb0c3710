package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSinks;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.RejectedRecord;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.jobs.sink.FeatureCsv;
import io.tidemark.jobs.sink.LineFileSink;
import org.apache.flink.api.connector.sink2.Sink;
import picocli.CommandLine.Command;

/** Writes the features of a model for every event of some files. */
@Command(
    name = "features",
    description = {
      "Compute a model's features for files of events.",
      "Runs the scoring job's own operators. Writes one row per event: event_id, then the model's"
          + " features in its order. Needs no model file."
    },
    footer =
        "  tidemark features --model card_fraud --events payments.csv.gz --out features.csv.gz")
final class FeaturesCommand extends FileRun {
  @Override
  ServedModel served(Contracts contracts, ModelContract model) {
    return new ServedModel(model, new byte[0]);
  }

  @Override
  ScoringSinks sinks(
      ScoringPlan plan, String file, Sink<RejectedRecord> rejected, Sink<Event> late) {
    FeatureCsv csv = new FeatureCsv(plan.schema(), plan.columnNames(), plan.integralColumns());
    return new ScoringSinks(new LineFileSink<>(file, csv), null, rejected, late);
  }
}
