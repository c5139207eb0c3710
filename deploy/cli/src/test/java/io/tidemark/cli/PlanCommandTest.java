package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.cli.plan.PlanFormat;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.review.StateAnswer;
import io.tidemark.jobs.RestorePlan;
import io.tidemark.jobs.RestorePlan.PlannedContract;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command; what becomes of state is told, and tested, with the jobs. */
class PlanCommandTest {
  private static final RestorePlan PLAN =
      new RestorePlan(
          "/savepoints/1",
          List.of(
              new PlannedContract(
                  "spending",
                  List.of("customer_id"),
                  Instant.parse("2026-03-01T12:00:00.250Z"),
                  false,
                  List.of(
                      feature("nb_7d", StateAnswer.KEEPS, null, "nothing about it changed"),
                      feature(
                          "nb_60d",
                          StateAnswer.WARMS_UP,
                          Instant.parse("2026-03-31T12:00:00.250Z"),
                          "a running job holds events of the last P30D only"))),
              new PlannedContract(
                  "old",
                  List.of("card"),
                  null,
                  true,
                  List.of(feature("n", StateAnswer.DROPPED, null, "nobody has it")))),
          List.of());

  @TempDir private Path folder;

  private static PlannedFeature feature(
      String name, StateAnswer answer, @Nullable Instant completeFrom, String reason) {
    return new PlannedFeature(name, new SemanticVersion(2, 1, 0), answer, completeFrom, reason);
  }

  @Test
  void textHasALineForEachFeature() throws Exception {
    StringWriter out = new StringWriter();
    PlanFormat.TEXT.write(PLAN, new PrintWriter(out, true));
    assertThat(out.toString().lines())
        .containsExactly(
            "spending by customer_id, events up to 2026-03-01T12:00:00Z",
            "  nb_7d   keeps its state: nothing about it changed",
            "  nb_60d  warms up until 2026-03-31T12:00:00Z: a running job holds events of the last"
                + " P30D only",
            "old by card",
            "  n  dropped: nobody has it",
            "Submit the job with --allowNonRestoredState: the state of old is dropped for good.");
  }

  @Test
  void jsonHasTheSame() throws Exception {
    StringWriter out = new StringWriter();
    PlanFormat.JSON.write(PLAN, new PrintWriter(out, true));
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.get("refused").asBoolean()).isFalse();
    JsonNode warming = json.at("/contracts/0/features/1");
    assertThat(warming.get("feature").asText()).isEqualTo("nb_60d");
    assertThat(warming.get("answer").asText()).isEqualTo("warms up");
    assertThat(warming.get("completeFrom").asText()).isEqualTo("2026-03-31T12:00:00.250Z");
    assertThat(json.at("/contracts/0/features/0/completeFrom").isNull()).isTrue();
    assertThat(json.at("/contracts/1/gone").asBoolean()).isTrue();
  }

  @Test
  void whatIsNoSavepointIsOneLineAndExitsWith1() throws Exception {
    Execution nowhere = Execution.of("plan", "--savepoint", folder.resolve("none").toString());
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.out()).isEmpty();
    assertThat(nowhere.err().lines())
        .singleElement()
        .asString()
        .startsWith("tidemark plan: ")
        .contains("none: there is no savepoint");

    Files.writeString(folder.resolve("_metadata"), "no metadata");
    Execution damaged = Execution.of("plan", "--savepoint", folder.toString());
    assertThat(damaged.exitCode()).isEqualTo(1);
    assertThat(damaged.err().lines()).singleElement().asString().contains("is damaged");
  }

  @Test
  void wrongUsageExitsWith2() {
    assertThat(Execution.of("plan").exitCode()).isEqualTo(2);
    assertThat(Execution.of("plan", "--savepoint", folder.toString(), "--format", "xml").exitCode())
        .isEqualTo(2);
  }

  /** What it takes is declared once, with the jobs; here only that both kinds are understood. */
  @Test
  void jobIsNamedByItsOwnOptions() {
    String nowhere = folder.resolve("none").toString();
    assertThat(
            Execution.of(
                    "plan",
                    "--savepoint",
                    nowhere,
                    "--model",
                    "card_fraud",
                    "--model",
                    "card_fraud@1.0.0",
                    "--warm",
                    "customer_spending@2",
                    "--scoring-mode",
                    "sync")
                .err())
        .contains("there is no savepoint");
    assertThat(Execution.of("plan", "--savepoint", nowhere, "--feature-contracts", "a@2=b,c").err())
        .contains("there is no savepoint");
    Execution both =
        Execution.of(
            "plan", "--savepoint", nowhere, "--model", "card_fraud", "--feature-contracts", "a");
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("mutually exclusive");
    Execution alone = Execution.of("plan", "--savepoint", nowhere, "--warm", "a");
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err()).contains("--model");
  }
}
