package io.tidemark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change of the bundled contracts does to a small sample of payments. */
class CheckSampleTest {
  private static final String HEADER =
      "transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud\n";
  private static final Instant START = Instant.parse("2018-04-01T00:00:00Z");
  private static final int PAYMENTS = 40;

  @TempDir private Path folder;

  /** One customer, a payment every twelve hours, of 1, 2, 3, …. */
  private static String payments() {
    StringBuilder csv = new StringBuilder(HEADER);
    for (int i = 0; i < PAYMENTS; i++) {
      csv.append(
          String.format(
              Locale.ROOT, "%d,%s,1,7,%d.0,0\n", i, START.plusSeconds(i * 43_200L), i + 1));
    }
    return csv.toString();
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

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
        "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: P1D}",
        "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: P2D}");
  }

  @Test
  void changedFeatureAndTheScoresThatTakeItAreComparedByEvent() throws Exception {
    Path sample = file("payments.csv", payments() + "40,never,1,7,1.0,0\n");

    Execution check =
        check(CheckSampleTest::longerWindow, "--format", "json", "--sample", sample.toString());

    JsonNode data = new ObjectMapper().readTree(check.out()).get("sample");
    assertThat(data.get("events").intValue()).isEqualTo(PAYMENTS);
    assertThat(data.get("rejectedBefore").intValue()).isEqualTo(1);
    assertThat(data.get("rejectedAfter").intValue()).isEqualTo(1);
    assertThat(data.get("features")).hasSize(1);
    JsonNode feature = data.get("features").get(0);
    // 1, 2, 2, 2, … before and 1, 2, 3, 4, 4, 4, … after.
    assertThat(feature.get("name").textValue()).isEqualTo("customer_spending.nb_tx_1d");
    assertThat(feature.get("changed").intValue()).isEqualTo(PAYMENTS - 2);
    assertThat(feature.get("before").get("mean").doubleValue()).isEqualTo(79 / 40.0);
    assertThat(feature.get("after").get("mean").doubleValue()).isEqualTo(154 / 40.0);
    assertThat(feature.get("ks").doubleValue()).isCloseTo(38 / 40.0, within(1e-12));
    assertThat(feature.get("histogram").toString())
        .isEqualTo(
            "[{\"bin\":\"1\",\"before\":1,\"after\":1},{\"bin\":\"2\",\"before\":39,\"after\":1},"
                + "{\"bin\":\"3\",\"before\":0,\"after\":1},"
                + "{\"bin\":\"4\",\"before\":0,\"after\":37}]");
    JsonNode scores = data.get("scores").get(0);
    assertThat(scores.get("name").textValue()).isEqualTo("card_fraud");
    assertThat(scores.get("rows").intValue()).isEqualTo(PAYMENTS);
    assertThat(scores.get("before").get("missing").intValue()).isZero();
    // 19.5 days are longer than both windows.
    assertThat(check.out()).doesNotContain("short-sample");
  }

  @Test
  void jsonLinesAndNewFeaturesAreTakenAndShownSideBySide() throws Exception {
    StringBuilder lines = new StringBuilder();
    payments()
        .lines()
        .skip(1)
        .map(line -> line.split(","))
        .forEach(
            field ->
                lines.append(
                    """
                    {"transaction_id":%s,"tx_datetime":"%s","customer_id":"%s","terminal_id":"%s","amount":%s}
                    """
                        .formatted(field[0], field[1], field[2], field[3], field[4])));
    Path sample = file("payments.jsonl", lines.toString());

    Execution check =
        check(
            contract ->
                contract.contains("name: customer_spending")
                    ? contract
                        + "  max_amount_1d: {type: double, aggregate: max, of: amount, window: P1D}\n"
                    : contract,
            "--format",
            "markdown",
            "--sample",
            "transactions=" + sample);

    assertThat(check.out())
        .contains(
            "### Data\n\nRan both versions over 40 events of payments.jsonl.\n",
            "| customer\\_spending.max\\_amount\\_1d | new | 20.500 | 0.0% |  |  |  |\n",
            "<details><summary>customer_spending.max_amount_1d</summary>\n\n| | before | after |\n",
            "| 0 … 5 |  | ████████████████ 10.0% |\n")
        .doesNotContain("scores of");
  }

  @Test
  void anotherContractThatRejectsRowsIsCounted() throws Exception {
    Execution check =
        check(
            contract ->
                contract.replace(
                    "amount: {type: double, min: 0}", "amount: {type: double, min: 3}"),
            "--sample",
            file("payments.csv", payments()).toString());

    assertThat(check.out())
        .contains(
            "Data: both versions over 38 events of payments.csv, rows rejected 0 → 2\n",
            "  customer_spending.nb_tx_30d: 100.0% of rows differ",
            "  scores of card_fraud: ");
  }

  @Test
  void sampleShorterThanAWindowIsAWarningWithBothLengths() throws Exception {
    Path sample = file("payments.csv", payments());
    Execution tooShort =
        check(
            contract ->
                contract
                    .replace(
                        "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: P1D}",
                        "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: P20D}")
                    .replace(
                        "nb_tx_30d: {type: int, freshness: PT1H, aggregate: count, window: P30D}",
                        "nb_tx_30d: {type: int, freshness: PT1H, aggregate: count, window: P1D}"),
            "--sample",
            sample.toString());

    assertThat(tooShort.out())
        .contains(
            sample + ":1:1  warning  short-sample\n",
            "its events span 19.5 days, less than windows reach",
            "customer_spending.nb_tx_30d with P30D, customer_spending.nb_tx_1d with P20D\n",
            "  remedy: Take events of at least P30D, those of fewer entities where the file would"
                + " be too long.\n",
            "Data: both versions over 40 events of payments.csv\n");
  }

  @Test
  void sampleIsAsLongAsItsTimesWhateverTheirOrder() throws Exception {
    Instant beforeTheLatest = START.plusSeconds((PAYMENTS - 1) * 43_200L - 5);
    Path sample = file("payments.csv", payments() + "40," + beforeTheLatest + ",1,7,1.0,0\n");

    Execution check =
        check(
            contract ->
                contract.replace(
                    "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: P1D}",
                    "nb_tx_1d: {type: int, freshness: PT1H, aggregate: count, window: PT468H}"),
            "--sample",
            sample.toString());

    assertThat(check.out())
        .contains("Data: both versions over 41 events of payments.csv")
        .doesNotContain("short-sample");
  }

  @Test
  void nothingIsRunWhereNothingChanged() throws Exception {
    Execution check = check(text -> text, "--sample", file("payments.csv", payments()).toString());

    assertThat(check.exitCode()).isZero();
    assertThat(check.out()).doesNotContain("Data:").contains("nothing changed since");
  }

  @Test
  void sampleThatDoesNotFitIsAWarningWithItsReason() throws Exception {
    Path sample = file("other.csv", "transaction_id,tx_datetime\n1,2018-04-01T00:00:00Z\n");

    Execution check = check(CheckSampleTest::longerWindow, "--sample", sample.toString());

    assertThat(check.out())
        .contains(
            sample + ":1:1  warning  unusable-sample\n",
            "lacks the columns [customer_id, terminal_id, amount]",
            "  remedy: Take a file of these events, or name the columns as the contract does.\n");
  }

  @Test
  void wrongUseIsToldInALine() throws Exception {
    assertThat(Execution.of("check", "--sample", "payments.csv").err())
        .startsWith("tidemark check: --sample is for what changes. Say since when with --base.");
    Execution missing =
        check(CheckSampleTest::longerWindow, "--sample", folder.resolve("none.csv").toString());
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("none.csv: there is no such file. Name one of events");
  }

  @Test
  void unknownEventIsAWarningThatNamesTheKnown() throws Exception {
    Execution check =
        check(
            CheckSampleTest::longerWindow,
            "--sample",
            "clicks=" + file("payments.csv", payments()));

    assertThat(check.out())
        .contains(
            "no event contract that was there before is named clicks\n",
            "  remedy: Name one of: transactions.\n");
  }
}
