package io.tidemark.jobs.savepoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tidemark.contract.Contracts;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.FeatureVectorSerializer;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.savepoint.HeldOperator.InFlight;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.api.datastream.AsyncDataStream.OutputMode;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavepointTest {
  @TempDir private Path folder;

  @Test
  void vectorsThatScorersHadInFlightAreCounted() throws Exception {
    ScoringPlan plan = ScoringPlan.of(Contracts.bundled(), "card_fraud");
    VectorColumns columns = VectorColumns.of(plan.model());
    OperatorState scorer =
        new OperatorState("score", "score-card_fraud", new OperatorID(1, 2), 2, 128);
    scorer.putState(0, inFlight(plan, columns, 3));
    scorer.putState(1, inFlight(plan, columns, 2));
    OperatorState idle = new OperatorState("score", "score-idle", new OperatorID(3, 4), 1, 128);
    idle.putState(0, inFlight(plan, columns, 0));
    OperatorState source = new OperatorState("source", "source", new OperatorID(5, 6), 1, 128);
    source.setCoordinatorState(new ByteStreamStateHandle("source", new byte[1]));

    Savepoint read = Savepoint.read(written(scorer, idle, source));

    assertThat(read.operators())
        .extracting(HeldOperator::label, HeldOperator::inFlight)
        .containsExactlyInAnyOrder(
            tuple("score-card_fraud", new InFlight(5, columns.digest())),
            tuple("score-idle", new InFlight(0, 0)),
            tuple("source", null));
  }

  private String written(OperatorState... operators) throws Exception {
    try (OutputStream out = Files.newOutputStream(folder.resolve("_metadata"))) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(1, List.of(operators), List.of()), out);
    }
    return folder.toString();
  }

  /** As Flink's own operator leaves it, whose state is also that of ours. */
  private static OperatorSubtaskState inFlight(ScoringPlan plan, VectorColumns columns, int count)
      throws Exception {
    AsyncFunction<FeatureVector, FeatureVector> never = (vector, answer) -> {};
    try (var harness =
        new OneInputStreamOperatorTestHarness<FeatureVector, FeatureVector>(
            new AsyncWaitOperatorFactory<>(never, 60_000, 10, OutputMode.ORDERED),
            FeatureVectorSerializer.INSTANCE)) {
      harness.setup(FeatureVectorSerializer.INSTANCE);
      harness.open();
      for (int i = 0; i < count; i++) {
        harness.processElement(new StreamRecord<>(FeatureVector.of(event(plan, i), columns), i));
      }
      return harness.snapshot(1, 1);
    }
  }

  private static Event event(ScoringPlan plan, int id) {
    String json =
        "{\"transaction_id\":"
            + id
            + ",\"tx_datetime\":\"2018-04-01T00:00:31Z\",\"customer_id\":\"c\","
            + "\"terminal_id\":\"t\",\"amount\":1.5}";
    return Objects.requireNonNull(
        new JsonEventDecoder(plan.schema(), Clock.systemUTC())
            .decode(json.getBytes(UTF_8), new Origin("test", 0, 0, 0))
            .event());
  }
}
