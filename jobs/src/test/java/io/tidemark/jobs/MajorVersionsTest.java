package io.tidemark.jobs;

import static io.tidemark.contract.review.StateAnswer.KEEPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.review.FeatureState;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateManifest.HeldColumn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two major versions of a contract in one job: one operator, one log, names that stay apart. */
class MajorVersionsTest {
  private static final String EVENT =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: clicks, version: 1.0.0, owner: web, description: Clicks.}
      topic: kafka://clicks
      deadLetter: kafka://clicks_rejected
      late: kafka://clicks_late
      format: json
      id: click_id
      time: {field: at, outOfOrderness: PT10S, idleness: PT30S}
      fields:
        click_id: {type: long}
        at: {type: timestamp}
        user_id: {type: string}
        seconds: {type: double}
      """;
  private static final String FEATURES =
      """
      apiVersion: tidemark/v2
      kind: FeatureContract
      metadata: {name: clicking, version: %s, owner: web, description: Clicks of a user.}
      entity: [user_id]
      source: kafka://clicks
      features:
        clicks: {type: int, aggregate: count, window: P7D}
        seconds: {type: double, aggregate: sum, of: seconds, window: %s}
      """;

  @TempDir private Path folder;
  private Contracts contracts;

  @BeforeEach
  void writeContracts() throws Exception {
    Path events = Files.createDirectories(folder.resolve("web/events"));
    Files.writeString(events.resolve("clicks.yaml"), EVENT);
    Path features = Files.createDirectories(folder.resolve("web/features"));
    Files.writeString(features.resolve("clicking_2.yaml"), FEATURES.formatted("2.4.0", "P7D"));
    Files.writeString(features.resolve("clicking_3.yaml"), FEATURES.formatted("3.0.0", "P3D"));
    contracts = Contracts.read(folder);
  }

  @Test
  void bothShareOneStateWhoseLogIsThatOfOne() throws Exception {
    StateManifest both = manifest("clicking@2", "clicking@3");
    StateManifest one = manifest("clicking@2");

    assertThat(both.identity()).isEqualTo(one.identity());
    assertThat(both.span().columns())
        .as("an entry of the log takes no more")
        .extracting(HeldColumn::meaning)
        .containsExactly("seconds");
    assertThat(both.span().reachMillis()).isEqualTo(one.span().reachMillis());
    assertThat(both.features()).hasSize(4);
  }

  @Test
  void aModelMovesFromOneToTheOtherWithoutAGap() throws Exception {
    FeaturePlan next = FeaturePlan.of(contracts, List.of("clicking@3"));
    StateManifest held = manifest("clicking@2", "clicking@3");
    assertThat(next.states().get(0).uid("clicks"))
        .as("the same operator")
        .isEqualTo(FeaturePlan.of(contracts, List.of("clicking@2")).states().get(0).uid("clicks"));
    FeatureContract three = contracts.feature("clicking", 3).orElseThrow();
    assertThat(three.features())
        .map(
            feature ->
                held.retained()
                    .become(
                        next.schema().contract(), feature.name(), (Windowed) feature.definition()))
        .extracting(FeatureState::answer)
        .containsOnly(KEEPS);
  }

  @Test
  void theLowestKeepsTheNamesThatReadersKnow() throws Exception {
    assertThat(names("clicking@3", "clicking@2")).containsExactly("clicking", "clicking_v3");
    assertThat(names("clicking@3")).containsExactly("clicking");
    assertThat(names("clicking@3=clicking_v3")).containsExactly("clicking_v3");
    assertThatThrownBy(() -> names("clicking@2", "clicking@3=clicking"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessage(
            "Two feature contracts would be published as 'clicking'. Say another name for one of"
                + " them: NAME@MAJOR=OTHER");
    assertThatThrownBy(() -> names("clicking@3=Click s"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageContaining("'Click s' is no name to publish features by");
  }

  private List<String> names(String... chosen) throws SubmissionRefusedException {
    return FeaturePlan.of(contracts, List.of(chosen)).contracts().stream()
        .map(contract -> contract.metadata().name())
        .toList();
  }

  private StateManifest manifest(String... chosen) throws SubmissionRefusedException {
    List<StateManifest> manifests = FeaturePlan.of(contracts, List.of(chosen)).manifests();
    assertThat(manifests).hasSize(1);
    return manifests.get(0);
  }
}
