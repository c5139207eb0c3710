package io.tidemark.jobs.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.TestVectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Drift of the public payments of the Fraud Detection Handbook, whose exact distances are known, as
 * {@code CardTransactionsTest} finds them.
 */
class CardTransactionsDriftTest {
  private static final Path DATA =
      Path.of(
          System.getenv()
              .getOrDefault("TIDEMARK_CARD_TRANSACTIONS", "../../shared/data/card-transactions"));
  private static final Instant FIRST_OF_JULY = Instant.parse("2018-07-01T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);
  private static final double ROUNDING = 1e-9;
  private static final int CUSTOMER_COUNT_30D = 7;
  private static final int TERMINAL_RISK_30D = 14;

  @BeforeEach
  void requireData() {
    assumeThat(DATA)
        .as("the card transactions, not part of this repository, are at " + DATA)
        .isDirectory();
  }

  /** A payment with its 15 features. */
  private record Payment(long timeMillis, double[] features) {
    /** Some answer that depends on the features. */
    Score score(String version) {
      double answer = 1 / (1 + features[0]);
      return new Score(TestVectors.vector(timeMillis, features), answer, version, Outcome.SCORED);
    }
  }

  @Test
  void weeksOfJulyAreAsFarFromTheFirstAsIsKnownAndRaiseNoAlarm() throws Exception {
    ModelContract model = Contracts.bundled().model("card_fraud").orElseThrow();
    String version = model.metadata().version().toString();
    List<Payment> july = payments("2018-07", Instant.MAX);
    DriftSettings settings =
        new DriftSettings(
            List.of(baseline(model, firstWeek(july))),
            WEEK,
            FIRST_OF_JULY,
            DriftSettings.DEFAULT_MINIMUM_SAMPLE);

    List<DriftReport> reports;
    try (DriftPipeline pipeline = DriftPipeline.start(settings, 2)) {
      int next = 0;
      for (Payment payment : july) {
        pipeline.send(next++ % 2, payment.score(version));
        if (next % 1_000 == 0) {
          pipeline.watermark(payment.timeMillis - 10_001);
        }
      }
      pipeline.endOfInput();
      reports = pipeline.reports();
    }

    assertThat(reports).as("five weeks, the first and the last not whole").hasSize(5 * 16);
    assertThat(reports.subList(0, 16))
        .as("the reference week itself")
        .allSatisfy(
            report -> {
              assertThat(report.ks()).isZero();
              assertThat(report.psi()).isCloseTo(0, within(ROUNDING));
              assertThat(report.complete()).isFalse();
            });
    assertThat(reports.subList(16, 64)).allMatch(DriftReport::isConclusive);
    assertThat(reports.subList(64, 80)).noneMatch(DriftReport::complete);
    assertThat(reports.subList(16, 64))
        .extracting(DriftReport::records)
        .containsOnly(66_672L, 67_042L, 66_812L);
    assertThat(reports.subList(16, 64))
        .as("no alarm")
        .allMatch(report -> report.ks() + report.ksError() < 0.15 && report.psi() < 0.2);
    List<String> lines = Files.readAllLines(DATA.resolve("drift-reference-july.csv"));
    for (int i = 0; i < 45; i++) {
      String[] known = lines.get(1 + i).split(",");
      DriftReport report = reports.get(16 + 16 * (i / 15) + i % 15);
      String what = known[0] + " " + known[1] + " as " + report.feature();
      assertThat(Instant.ofEpochMilli(report.windowStartMillis()).toString())
          .as(what)
          .startsWith(known[0]);
      double ks = Double.parseDouble(known[2]);
      assertThat(ks)
          .as(what)
          .isBetween(report.ks() - ROUNDING, report.ks() + report.ksError() + ROUNDING);
      assertThat(report.ksError()).as(what).isLessThan(1 / 256.0);
      assertThat(report.psi()).as(what).isCloseTo(Double.parseDouble(known[3]), within(ROUNDING));
    }
  }

  /** The windows of April do not reach back as far as those of July. */
  @Test
  void driftOfTheWarmUpIsFound() throws Exception {
    List<Payment> april = payments("2018-04", Instant.parse("2018-04-08T00:00:00Z"));
    List<Payment> july = payments("2018-07", FIRST_OF_JULY.plus(WEEK));

    DriftDistance count = distance(april, july, CUSTOMER_COUNT_30D);
    assertThat(count.ks()).isCloseTo(0.93, within(0.005));
    assertThat(count.psi()).isCloseTo(5.5, within(0.05));
    DriftDistance risk = distance(april, july, TERMINAL_RISK_30D);
    assertThat(risk.ks()).isCloseTo(0.10, within(0.005));
    assertThat(risk.psi()).isCloseTo(0.70, within(0.005));
    DriftDistance amount = distance(april, july, 0);
    assertThat(amount.ks()).isCloseTo(0.0037, within(0.0005));
    assertThat(amount.psi()).isCloseTo(0.0002, within(0.00005));
  }

  private static DriftDistance distance(List<Payment> was, List<Payment> now, int feature)
      throws Exception {
    ReferenceDistribution reference = TestBaselines.of(column(was, feature));
    return reference.distance(TestBaselines.counts(reference, column(now, feature)), 0);
  }

  private static Baseline baseline(ModelContract model, List<Payment> week) throws Exception {
    List<double[]> features =
        IntStream.range(0, 15).mapToObj(feature -> column(week, feature)).toList();
    double[] scores = week.stream().mapToDouble(payment -> payment.score("").value()).toArray();
    return TestBaselines.of(model, features, scores);
  }

  private static double[] column(List<Payment> payments, int feature) {
    return payments.stream().mapToDouble(payment -> payment.features[feature]).toArray();
  }

  private static List<Payment> firstWeek(List<Payment> july) {
    long end = FIRST_OF_JULY.plus(WEEK).toEpochMilli();
    return july.stream().filter(payment -> payment.timeMillis < end).toList();
  }

  /** Both files of a month, line by line, up to a time. */
  private static List<Payment> payments(String month, Instant end) throws IOException {
    List<Payment> payments = new ArrayList<>();
    try (BufferedReader transactions = lines("transactions-" + month);
        BufferedReader features = lines("expected-features-" + month)) {
      transactions.readLine();
      features.readLine();
      for (String line = transactions.readLine(); line != null; line = transactions.readLine()) {
        String[] transaction = line.split(",");
        Instant time = Instant.parse(transaction[1]);
        if (!time.isBefore(end)) {
          break;
        }
        String[] expected = features.readLine().split(",");
        if (!expected[0].equals(transaction[0])) {
          throw new AssertionError(expected[0] + " beside " + transaction[0]);
        }
        double[] values = new double[15];
        values[0] = Double.parseDouble(transaction[4]);
        for (int i = 1; i < values.length; i++) {
          values[i] = Double.parseDouble(expected[i]);
        }
        payments.add(new Payment(time.toEpochMilli(), values));
      }
    }
    return payments;
  }

  private static BufferedReader lines(String name) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(DATA.resolve(name + ".csv.gz"))), UTF_8));
  }
}
