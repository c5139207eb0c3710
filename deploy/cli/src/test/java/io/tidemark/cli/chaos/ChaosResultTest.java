package io.tidemark.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosResultTest {
  private static final Ledger.Account DURING = exact("scores, read during the faults");
  private static final Ledger.Account AFTERWARDS = exact("scores, read afterwards");
  private static final Ledger.Account FEATURES = exact(ChaosRun.FEATURES);
  private static final Ledger.Account CONTROL = new Ledger.Account("control", 120, 0, 20, 0, 0);
  private static final List<Fault> FAULTS =
      List.of(
          new Fault(
              FaultKind.BROKER_STOPPED, "kafka", Duration.ofMillis(1_250), Duration.ofSeconds(4)),
          new Fault(
              FaultKind.JOB_MANAGER_KILLED,
              "jobmanager-1",
              Duration.ofSeconds(60),
              Duration.ofSeconds(12)));

  @Test
  void exactAccountsAndDuplicatesInTheControlAreAProof() throws Exception {
    ChaosResult result = result(FAULTS, FEATURES, CONTROL, 0);

    assertThat(result.objections()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(result.json());
    assertThat(json.path("proven").asBoolean()).isTrue();
    assertThat(json.path("payments").asInt()).isEqualTo(100);
    assertThat(json.path("lost").asInt(-1)).isZero();
    assertThat(json.path("doubled").asInt(-1)).isZero();
    assertThat(json.path("control_duplicates").asInt()).isEqualTo(20);
    assertThat(json.path("recovery_p50_s").asDouble()).isEqualTo(4);
    assertThat(json.path("recovery_max_s").asDouble()).isEqualTo(12);
  }

  @Test
  void tableShowsEveryFaultAndEveryAccount() {
    String[] lines = result(FAULTS, FEATURES, CONTROL, 0).table().split(System.lineSeparator());

    assertThat(lines[0].split(" {2,}"))
        .containsExactly("", "fault", "process", "at s", "recovery s");
    assertThat(lines[1].split(" {2,}"))
        .containsExactly("1", "broker stopped", "kafka", "1.3", "4.0");
    assertThat(lines[2].split(" {2,}"))
        .containsExactly("2", "job manager killed", "jobmanager-1", "60.0", "12.0");
    assertThat(lines[4].split(" {2,}"))
        .containsExactly("place", "records", "lost", "doubled", "foreign", "wrong");
    assertThat(lines[5].split(" {2,}"))
        .containsExactly("scores, read during the faults", "100", "0", "0", "0", "0");
    assertThat(lines[8].split(" {2,}")).containsExactly("control", "120", "0", "20", "0", "-");
    assertThat(lines[10])
        .isEqualTo("100 payments in 90.0 s, 2 faults, recovery p50 4.0 s, longest 12.0 s");
  }

  @Test
  void lostPaymentIsNoProof() throws Exception {
    Ledger.Account lost = new Ledger.Account(ChaosRun.FEATURES, 99, 1, 0, 0, 0);
    ChaosResult result = result(FAULTS, lost, CONTROL, 0);

    assertThat(result.objections())
        .containsExactly("history: features: not every payment once and right");
    assertThat(new ObjectMapper().readTree(result.json()).path("lost").asInt()).isEqualTo(1);
  }

  @Test
  void wrongFeatureIsNoProof() throws Exception {
    Ledger.Account wrong = new Ledger.Account(ChaosRun.FEATURES, 100, 0, 0, 0, 3);
    JsonNode json = new ObjectMapper().readTree(result(FAULTS, wrong, CONTROL, 0).json());

    assertThat(json.path("proven").asBoolean(true)).isFalse();
    assertThat(json.path("features_wrong").asInt()).isEqualTo(3);
    assertThat(json.path("scores_wrong").asInt(-1)).isZero();
  }

  @Test
  void controlWithoutDuplicatesIsNoProof() {
    Ledger.Account clean = exact("control");

    assertThat(result(FAULTS, FEATURES, clean, 0).objections())
        .singleElement()
        .asString()
        .startsWith("control: NOT PROVEN");
  }

  @Test
  void faultThatDidNotHappenIsNoProof() {
    assertThat(result(FAULTS.subList(0, 1), FEATURES, CONTROL, 0).objections())
        .singleElement()
        .asString()
        .contains("after 1 of 2 faults");
  }

  @Test
  void fileAddedTwiceIsNoProof() {
    assertThat(result(FAULTS, FEATURES, CONTROL, 1).objections())
        .containsExactly("history: 1 files were added twice");
  }

  private static Ledger.Account exact(String place) {
    return new Ledger.Account(place, 100, 0, 0, 0, 0);
  }

  private static ChaosResult result(
      List<Fault> faults, Ledger.Account features, Ledger.Account control, int filesAddedTwice) {
    return new ChaosResult(
        1,
        100,
        2,
        faults,
        3,
        40,
        2,
        List.of(DURING, AFTERWARDS),
        List.of(features),
        control,
        filesAddedTwice,
        Duration.ofSeconds(90));
  }
}
