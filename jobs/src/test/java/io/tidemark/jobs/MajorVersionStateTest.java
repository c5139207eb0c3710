package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.AVG;
import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.MAX;
import static io.tidemark.contract.AggregateKind.SUM;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.SavepointFixture.Backend;
import io.tidemark.jobs.SavepointFixture.Form;
import io.tidemark.jobs.event.VectorColumns;
import java.io.DataInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a second major version of a contract costs in state. */
class MajorVersionStateTest {
  private static final int EVENTS = 3_000;
  private static final PurchaseSource SOURCE = new PurchaseSource(5, EVENTS, 3);
  private static final Duration DAY = Duration.ofDays(1);

  private static final WindowDomain FIRST =
      WindowDomain.empty()
          .with("n_1d", COUNT, null, null, new Trailing(DAY))
          .with("sum_1d", SUM, "amount", null, new Trailing(DAY))
          .with("max_2h", MAX, "amount", null, new Trailing(Duration.ofHours(2)));

  /** Of the same fields, no further back. */
  private static final WindowDomain SECOND =
      WindowDomain.empty()
          .with("n_1d", COUNT, null, null, new Trailing(Duration.ofHours(20)))
          .with("avg_1d", AVG, "amount", null, new Trailing(DAY))
          .with("max_2h", MAX, "amount", null, new Trailing(Duration.ofHours(3)));

  @TempDir private Path folder;

  /**
   * A log of its own costs as much again; over the log that is there, only its cursors are more.
   */
  @Test
  void secondMajorVersionCostsItsCursorsAndNoLog() throws Exception {
    FeatureContract first = contract(FIRST, "by_user", 1);
    FeatureContract second = contract(SECOND, "by_user_v2", 2);
    try (SavepointFixture jobs = new SavepointFixture(folder)) {
      long one = bytes(jobs, List.of(first), EntityState.of(first));
      long both =
          bytes(
              jobs,
              List.of(first, second),
              new EntityState("by_user", List.of(first, second), List.of()));
      long apart =
          bytes(jobs, List.of(first, second), EntityState.of(first), EntityState.of(second));

      assertThat(both).as("two major versions, in bytes").isGreaterThan(one);
      assertThat(both - one)
          .as("over one log, of %d bytes with one version; apart they are %d", one, apart)
          .isLessThan((apart - one) / 20);
    }
  }

  private static FeatureContract contract(WindowDomain domain, String name, int major) {
    FeatureContract of = domain.contract();
    return new FeatureContract(
        new Metadata(name, new SemanticVersion(major, 0, 0), "tests", "For tests."),
        of.entity(),
        of.source(),
        of.features());
  }

  /** Keyed state of the features when all events have come, in bytes of a savepoint. */
  private static long bytes(
      SavepointFixture jobs, List<FeatureContract> contracts, EntityState... states)
      throws Exception {
    VectorColumns columns =
        new VectorColumns(
            contracts.stream()
                .flatMap(
                    contract ->
                        contract.features().stream()
                            .map(feature -> contract.metadata().name() + "." + feature.name()))
                .toList());
    FeaturePlan plan =
        new FeaturePlan(WindowDomain.SCHEMA, contracts, columns, "", List.of(states));
    String place = jobs.leave(plan, SOURCE, EVENTS, Form.CANONICAL, Backend.HASHMAP, 1);
    return keyedBytes(Path.of(URI.create(place)).resolve("_metadata"));
  }

  private static long keyedBytes(Path metadata) throws Exception {
    try (InputStream in = Files.newInputStream(metadata)) {
      CheckpointMetadata read =
          Checkpoints.loadCheckpointMetadata(
              new DataInputStream(in),
              MajorVersionStateTest.class.getClassLoader(),
              metadata.toString());
      return read.getOperatorStates().stream()
          .filter(state -> state.getOperatorUid().orElse("").startsWith("features-"))
          .flatMap(state -> state.getStates().stream())
          .flatMap(subtask -> subtask.getManagedKeyedState().stream())
          .mapToLong(KeyedStateHandle::getStateSize)
          .sum();
    }
  }
}
