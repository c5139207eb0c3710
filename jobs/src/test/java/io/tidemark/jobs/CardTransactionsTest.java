package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tidemark.contract.Contracts;
import io.tidemark.jobs.event.EventOrder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The features of the bundled contracts against 1.17 million payments whose exact features are
 * known (the public data of the Fraud Detection Handbook). The data may not be shipped: it is
 * looked for in the folder that the environment variable TIDEMARK_CARD_TRANSACTIONS names, else
 * beside the checkout, and these tests are skipped where it is absent.
 *
 * <p>Counts, risks and flags are equal, averages within an absolute 1e-9. The only rows that may
 * differ are pairs of one customer in one second, whose order in the data follows from no column:
 * they must be equal with the two rows exchanged.
 */
class CardTransactionsTest {
  private static final Path DATA =
      Path.of(
          System.getenv()
              .getOrDefault("TIDEMARK_CARD_TRANSACTIONS", "../../shared/data/card-transactions"));
  private static final List<String> MONTHS = List.of("2018-04", "2018-05", "2018-06", "2018-07");
  private static final int CUSTOMER_FEATURES = 2;
  private static final int TERMINAL_FEATURES = 8;

  /** Same customer, same second, and the data counts the higher id first. */
  private static final Map<Long, Long> EXCHANGED_PAIRS =
      Map.of(
          121_453L, 121_454L, 121_454L, 121_453L, 163_831L, 163_832L, 163_832L, 163_831L, 174_806L,
          174_807L, 174_807L, 174_806L, 619_758L, 619_759L, 619_759L, 619_758L);

  @TempDir Path folder;

  @BeforeEach
  void requireData() {
    assumeThat(DATA)
        .as("the card transactions, not part of this repository, are at " + DATA)
        .isDirectory();
  }

  @Test
  void aprilShuffledWithAFailureInTheMiddleIsExact() throws Exception {
    Path shuffled = shuffled("2018-04");
    Path out = folder.resolve("features.csv.gz");
    fixture().runWithFailure(List.of(shuffled), out, 2, 150_000);
    assertExact(out, MONTHS.subList(0, 1));
  }

  @Test
  void aprilInBatchModeIsExact() throws Exception {
    Path out = folder.resolve("features.csv.gz");
    fixture().run(transactions(MONTHS.subList(0, 1)), out, EventOrder.BATCH, 2);
    assertExact(out, MONTHS.subList(0, 1));
  }

  @Tag("system")
  @ParameterizedTest(name = "{0}, parallelism {1}")
  @CsvSource({"EVENT_TIME, 1", "EVENT_TIME, 2", "BATCH, 1", "BATCH, 2"})
  void allMonthsAreExact(EventOrder order, int parallelism) throws Exception {
    Path out = folder.resolve("features.csv.gz");
    fixture().run(transactions(MONTHS), out, order, parallelism);
    assertExact(out, MONTHS);
  }

  private FileRunFixture fixture() throws Exception {
    return new FileRunFixture(ScoringPlan.of(Contracts.bundled(), "card_fraud"), folder);
  }

  private static List<Path> transactions(List<String> months) {
    return months.stream().map(month -> DATA.resolve("transactions-" + month + ".csv.gz")).toList();
  }

  /** Each row up to 9 seconds late; the contract expects up to 10. */
  private Path shuffled(String month) throws IOException {
    record Arrival(long second, String line) {}
    SplittableRandom random = new SplittableRandom(4);
    List<String> header = new ArrayList<>();
    List<Arrival> arrivals = new ArrayList<>();
    readLines(
        DATA.resolve("transactions-" + month + ".csv.gz"),
        line -> {
          if (header.isEmpty()) {
            header.add(line);
          } else {
            long second = Instant.parse(line.split(",", 3)[1]).getEpochSecond();
            arrivals.add(new Arrival(second + random.nextInt(10), line));
          }
        });
    arrivals.sort(Comparator.comparingLong(Arrival::second));
    arrivals.forEach(arrival -> header.add(arrival.line));
    return Files.write(folder.resolve("shuffled.csv"), header);
  }

  private static void assertExact(Path actual, List<String> months) throws IOException {
    Map<Long, double[]> expected = new HashMap<>();
    for (String month : months) {
      readLines(
          DATA.resolve("expected-features-" + month + ".csv.gz"),
          line -> {
            if (!line.startsWith("TRANSACTION_ID") && !line.startsWith("transaction_id")) {
              expected.put(idOf(line), numbers(line, 1));
            }
          });
    }
    Set<Long> exchanged = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    long[] rows = {0};
    readLines(
        actual,
        line -> {
          if (line.startsWith("event_id")) {
            return;
          }
          rows[0]++;
          long id = idOf(line);
          double[] found = numbers(line, 2); // behind the id stands the amount
          if (isEqual(found, expected.get(id), 0, found.length)) {
            return;
          }
          Long partner = EXCHANGED_PAIRS.get(id);
          if (partner != null
              && isEqual(found, expected.get(id), 0, CUSTOMER_FEATURES)
              && isEqual(found, expected.get(id), TERMINAL_FEATURES, found.length)
              && isExchanged(found, expected.get(id), expected.get(partner))) {
            exchanged.add(id);
          } else if (wrong.size() < 10) {
            wrong.add(line);
          }
        });
    assertThat(wrong).as("rows that differ").isEmpty();
    assertThat(rows[0]).isEqualTo(expected.size());
    assertThat(exchanged)
        .as("pairs that the data counts in the other order")
        .isEqualTo(
            EXCHANGED_PAIRS.keySet().stream()
                .filter(expected::containsKey)
                .collect(Collectors.toSet()));
  }

  /**
   * The counts are those of the partner's place in the pair; and so are the averages of the row
   * that is counted second, for it sees both.
   */
  private static boolean isExchanged(double[] found, double[] own, double[] partner) {
    for (int i = CUSTOMER_FEATURES; i < TERMINAL_FEATURES; i += 2) {
      boolean second = found[i] > own[i];
      if (found[i] != partner[i]
          || found[i] == own[i]
          || (second && !(Math.abs(found[i + 1] - partner[i + 1]) <= 1e-9))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(double[] found, double[] expected, int from, int to) {
    for (int i = from; i < to; i++) {
      boolean average = i >= CUSTOMER_FEATURES && i < TERMINAL_FEATURES && i % 2 == 1;
      if (average ? !(Math.abs(found[i] - expected[i]) <= 1e-9) : found[i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static long idOf(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(',')));
  }

  private static double[] numbers(String line, int from) {
    String[] values = line.split(",", -1);
    double[] numbers = new double[values.length - from];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(values[from + i]);
    }
    return numbers;
  }

  private static void readLines(Path file, Consumer<String> action) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      lines.lines().forEach(action);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
