package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is to be computed again after a change of the bundled contracts. */
class CheckBackfillTest {
  private static final String PROTOCOL =
      """
      {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
      {"metaData":{"id":"t","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"event_time\\",\\"type\\":\\"timestamp\\",\\"nullable\\":true,\\"metadata\\":{}},{\\"name\\":\\"date\\",\\"type\\":\\"date\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":["date"],"configuration":{},"createdTime":0}}
      """;

  @TempDir private Path folder;

  private Execution check(UnaryOperator<String> change, String... options) throws Exception {
    Path before = folder.resolve("before");
    Path after = folder.resolve("after");
    TestContracts.copy(before, text -> text);
    TestContracts.copy(after, change);
    String[] arguments = new String[options.length + 4];
    arguments[0] = "check";
    arguments[1] = after.toString();
    arguments[2] = "--base";
    arguments[3] = before.toString();
    System.arraycopy(options, 0, arguments, 4, options.length);
    return Execution.of(arguments);
  }

  private static String longerWindow(String contract) {
    return contract.replace(
        "nb_tx_7d: {type: int, freshness: PT1H, aggregate: count, window: P7D}",
        "nb_tx_7d: {type: int, freshness: PT1H, aggregate: count, window: P14D}");
  }

  /** A table of ten days from 2018-04-01 on with 1,000 rows in 5,000 bytes of each. */
  private Path tables() throws IOException {
    Path log = Files.createDirectories(folder.resolve("tables/events/transactions/_delta_log"));
    StringBuilder actions = new StringBuilder(PROTOCOL);
    for (int day = 1; day <= 10; day++) {
      actions.append(
          String.format(
              Locale.ROOT,
              "{\"add\":{\"path\":\"date=2018-04-%02d/f.parquet\",\"partitionValues\":"
                  + "{\"date\":\"2018-04-%02d\"},\"size\":5000,\"modificationTime\":0,"
                  + "\"dataChange\":true%s}}\n",
              day,
              day,
              // The last was written by somebody who does not count.
              day == 10 ? "" : ",\"stats\":\"{\\\"numRecords\\\":1000}\""));
    }
    Files.writeString(log.resolve("00000000000000000000.json"), actions);
    return folder.resolve("tables");
  }

  @Test
  void planHasFeaturesBeforeTheModelsThatTakeThemWithRowsOfTheTable() throws Exception {
    Path plan = folder.resolve("plan.json");
    check(
        CheckBackfillTest::longerWindow,
        "--tables",
        tables().toString(),
        "--backfill-rate",
        "100",
        "--backfill-plan",
        plan.toString());

    JsonNode json = new ObjectMapper().readTree(plan.toFile());
    assertThat(json.get("schema").intValue()).isEqualTo(1);
    assertThat(json.get("seconds").intValue()).isEqualTo(200);
    assertThat(json.get("steps")).hasSize(2);
    JsonNode features = json.get("steps").get(0);
    assertThat(features.get("contract").textValue()).isEqualTo("customer_spending 2");
    assertThat(features.get("job").textValue()).isEqualTo("FeatureJob of customer_spending");
    assertThat(features.get("features").toString()).isEqualTo("[\"nb_tx_7d\"]");
    assertThat(features.get("writes").toString())
        .isEqualTo("[\"table entities/customer_spending\"]");
    JsonNode reads = features.get("reads");
    assertThat(reads.get("basis").textValue()).isEqualTo("table");
    assertThat(reads.get("from").textValue()).isEqualTo("2018-04-01");
    assertThat(reads.get("reach").textValue()).isEqualTo("PT336H");
    assertThat(reads.get("rows").intValue()).isEqualTo(10_000);
    assertThat(reads.get("bytes").intValue()).isEqualTo(50_000);
    assertThat(reads.get("masked").toString()).isEqualTo("[\"customer_id\"]");
    assertThat(features.get("seconds").intValue()).isEqualTo(100);
    JsonNode model = json.get("steps").get(1);
    assertThat(model.get("contract").textValue()).isEqualTo("card_fraud 1.0.0");
    assertThat(model.get("after").toString()).isEqualTo("[\"customer_spending 2\"]");
    assertThat(model.get("features").toString()).isEqualTo("[\"customer_spending.nb_tx_7d\"]");
  }

  @Test
  void readingBeginsAReachBeforeTheFirstDayThatIsWanted() throws Exception {
    Execution check =
        check(
            contract -> longerWindow(contract).replace("window: P14D", "window: P2D"),
            "--tables",
            tables().toString(),
            "--backfill-since",
            "2018-04-08");

    assertThat(check.out())
        .contains(
            "Backfill: 2 s at 39,500 rows a second\n",
            "  1. customer_spending 2 (nb_tx_7d): 5,000 rows (25KiB) of table events/transactions"
                + " from 2018-04-06 on, where customer_id is masked");
  }

  @Test
  void withoutATableTheRateOfEventsSaysHowMany() throws Exception {
    Execution check =
        check(
            CheckBackfillTest::longerWindow,
            "--keys",
            "1000",
            "--rate",
            "10",
            "--format",
            "markdown");

    assertThat(check.out())
        .contains(
            "### Backfill\n",
            "| 1 | customer\\_spending 2 (nb\\_tx\\_7d) | 12,096,000 events of kafka://tx\\_events,"
                + " of the last P14D | 6 min |  |\n");
  }

  @Test
  void withNothingKnownThePlanSaysWhatToName() throws Exception {
    Execution check = check(CheckBackfillTest::longerWindow);

    assertThat(check.out())
        .contains(
            "Backfill: name the tables with --tables, or the load with --keys and --rate",
            "  2. card_fraud 1.0.0 (customer_spending.nb_tx_7d): events of kafka://tx_events, of"
                + " the last P37D\n");
  }

  @Test
  void wordsNeedNoBackfill() throws Exception {
    Path plan = folder.resolve("plan.json");

    Execution check =
        check(
            contract -> contract.replace("How often and how much", "How frequently and how much"),
            "--backfill-plan",
            plan.toString());

    assertThat(check.out()).doesNotContain("Backfill:");
    assertThat(new ObjectMapper().readTree(plan.toFile()).get("steps")).isEmpty();
  }

  @Test
  void damagedTableIsAWarningAndNoStackTrace() throws Exception {
    Path tables = tables();
    Path log = tables.resolve("events/transactions/_delta_log/00000000000000000000.json");
    Files.writeString(log, "{\"protocol\":{\"minReaderVersion\":99,\"minWriterVersion\":99}}\n");

    Execution check = check(CheckBackfillTest::longerWindow, "--tables", tables.toString());

    assertThat(check.out())
        .contains("warning  unreadable-table\n", "no backfill was planned: ", "  remedy: ")
        .doesNotContain("\tat ");
  }

  @Test
  void wrongUseIsToldInALine() throws Exception {
    assertThat(Execution.of("check", "--backfill-plan", "plan.json").err())
        .contains("--tables and --backfill-plan are for what changes");
    assertThat(check(text -> text, "--tables", folder.resolve("none").toString()).err())
        .contains("none: there is no such folder.");
  }
}
