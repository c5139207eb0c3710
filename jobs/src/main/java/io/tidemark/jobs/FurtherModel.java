package io.tidemark.jobs;

import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.score.ServedModel;
import org.apache.flink.api.connector.sink2.Sink;
import org.jspecify.annotations.Nullable;

/**
 * One more model, or version, that scores every trigger of a job beside its first one.
 *
 * @param model with the files that its contract names
 * @param drift how its drift is measured; null where it is not
 * @param driftReports null where metrics and the log are enough
 * @param history what tables keep of it
 */
public record FurtherModel(
    ScoringPlan plan,
    ServedModel model,
    @Nullable DriftSettings drift,
    Sink<Score> scores,
    @Nullable Sink<DriftReport> driftReports,
    ScoringHistory history) {}
