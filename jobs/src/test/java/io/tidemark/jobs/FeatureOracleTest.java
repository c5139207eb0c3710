package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Upsert;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.history.delta.KernelTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole graph against a naive oracle that scans a list: batch and streaming, several
 * parallelisms, events out of order, of equal time, without a user, without an amount, and sent
 * twice; with a failure and a restore in the middle. All must give the same file.
 */
class FeatureOracleTest {
  private static final Instant START = Instant.parse("2024-02-27T20:00:00Z");

  @TempDir Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2})
  void batchAndStreamingGiveWhatTheOracleGives(int seed) throws Exception {
    compare(seed, 4_000);
  }

  @Test
  @Tag("soak")
  void manySeedsGiveWhatTheOracleGives() throws Exception {
    for (int seed = 100; seed < 140; seed++) {
      compare(seed, 4_000);
    }
  }

  @Test
  void failureInTheMiddleChangesNothing() throws Exception {
    List<Purchase> purchases = purchases(77, 10_000);
    Path events = write(purchases, "events.csv");
    Path out = folder.resolve("failed.csv");
    new FileRunFixture(ShopDomain.plan(), folder).runWithFailure(List.of(events), out, 2, 5_000);
    assertSameValues(Files.readAllLines(out), oracle(purchases));
  }

  /** The tables of entities that a feature job keeps, of users as persons. */
  @Test
  void historyHoldsEachEventOnceThoughTheJobFails() throws Exception {
    int count = 4_000;
    List<Purchase> purchases = purchases(78, count);
    Path events = write(purchases, "kept.csv");
    FeaturePlan plan =
        new FeaturePlan(
            new EventSchema(ShopDomain.eventOfPersons()),
            ShopDomain.features(),
            VectorColumns.of(ShopDomain.model()));
    FileRunFixture fixture = new FileRunFixture(ShopDomain.plan(), folder);
    StreamExecutionEnvironment env = fixture.environment(2);
    String name = events.toString();
    Map<String, Sink<Upsert>> latest = new HashMap<>();
    plan.contracts()
        .forEach(contract -> latest.put(contract.metadata().name(), new DiscardingSink<>()));
    FeatureJob.define(
        env,
        plan,
        new FeatureSettings(EventOrder.EVENT_TIME, ScoringSettings.ALL_HISTORY, 1 << 20, false),
        new FailingOnceSource<>(
            name,
            new EventFileSource(plan.schema(), List.of(events), Clock.systemUTC()),
            count / 2,
            500),
        new FeatureSinks(null, latest, new DiscardingSink<>(), new DiscardingSink<>())
            .withHistory(FeatureHistory.in(folder.resolve("history").toString(), plan)));

    env.execute();

    assertThat(FailingOnceSource.hasFailed(name)).as("the fault was injected").isTrue();
    List<String> expected = oracle(purchases);
    List<String> kept = new ArrayList<>();
    kept.add(expected.get(0));
    Map<String, Purchase> sent = new HashMap<>();
    purchases.forEach(purchase -> sent.put(String.valueOf(purchase.id), purchase));
    int withUser = (int) sent.values().stream().filter(purchase -> purchase.user != null).count();
    assertThat(withUser).isBetween(1, sent.size() - 1);
    Map<String, Map<String, @Nullable Object>> byUser = kept("by_user", withUser);
    Map<String, Map<String, @Nullable Object>> byShop = kept("by_shop", sent.size());
    Map<String, Map<String, @Nullable Object>> byPair = kept("by_pair", withUser);
    for (String line : expected.subList(1, expected.size())) {
      String[] wanted = line.split(",", -1);
      Map<String, @Nullable Object> user = byUser.getOrDefault(wanted[0], Map.of());
      Map<String, @Nullable Object> shop = byShop.get(wanted[0]);
      Map<String, @Nullable Object> pair = byPair.getOrDefault(wanted[0], Map.of());
      kept.add(
          String.join(
              ",",
              wanted[0],
              wanted[1],
              text(user.get("n_1h")),
              text(user.get("sum_1d")),
              text(user.get("avg_1d")),
              text(shop.get("n_1d")),
              text(shop.get("avg_1d")),
              text(pair.get("n_1h"))));
      Purchase purchase = sent.get(wanted[0]);
      if (purchase.user != null) {
        assertThat(user)
            .containsEntry("user", EventFields.MASK)
            .containsEntry("contract_version", "1.0.0");
        assertThat(pair)
            .containsEntry("user", EventFields.MASK)
            .containsEntry("shop", purchase.shop);
      }
      assertThat(shop)
          .containsEntry("shop", purchase.shop)
          .containsEntry("late", false)
          .containsEntry("event_time", Instant.ofEpochSecond(purchase.second))
          .containsEntry(
              "statuses", shop.get("avg_1d").equals(-1.0) ? Map.of("avg_1d", "MISSING") : Map.of());
    }
    assertSameValues(kept, expected);
  }

  /** The rows of a contract's table by their event's id, each of which must be there once. */
  private Map<String, Map<String, @Nullable Object>> kept(String contract, int count)
      throws IOException {
    Path table = folder.resolve("history").resolve("entities").resolve(contract);
    Map<String, Map<String, @Nullable Object>> rows = new HashMap<>();
    for (Map<String, @Nullable Object> row : new KernelTable(table).rows()) {
      assertThat(rows.put(String.valueOf(row.get("event_id")), row)).as("%s", row).isNull();
    }
    assertThat(rows).as(contract).hasSize(count);
    return rows;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private void compare(int seed, int count) throws Exception {
    List<Purchase> purchases = purchases(seed, count);
    Path events = write(purchases, "events-" + seed + ".csv");
    List<String> expected = oracle(purchases);
    FileRunFixture fixture = new FileRunFixture(ShopDomain.plan(), folder);
    List<String> first = null;
    for (EventOrder order : List.of(EventOrder.EVENT_TIME, EventOrder.BATCH)) {
      for (int parallelism = 1; parallelism <= 3; parallelism++) {
        Path out = folder.resolve(seed + "-" + order + parallelism + ".csv");
        fixture.run(List.of(events), out, order, parallelism);
        List<String> lines = Files.readAllLines(out);
        if (first == null) {
          assertSameValues(lines, expected);
          first = lines;
        }
        assertThat(lines)
            .as("seed " + seed + ", " + order + ", parallelism " + parallelism)
            .isEqualTo(first);
        assertThat(Files.readAllLines(fixture.late())).as("late events").isEmpty();
        assertThat(Files.readAllLines(fixture.rejected()))
            .as("duplicates")
            .hasSize(count - expected.size() + 1)
            .allMatch(line -> line.contains("\"duplicate_id\""));
      }
    }
  }

  /** In the order of arrival: shuffled within the out-of-orderness, some sent twice. */
  private static List<Purchase> purchases(int seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Purchase> purchases = new ArrayList<>();
    long second = START.getEpochSecond();
    while (purchases.size() < count) {
      if (!purchases.isEmpty() && random.nextInt(50) == 0) {
        Purchase again = purchases.get(Math.max(0, purchases.size() - 1 - random.nextInt(3)));
        if (second - again.second < ShopDomain.OUT_OF_ORDERNESS.toSeconds() / 2) {
          purchases.add(again);
          continue;
        }
      }
      second += random.nextInt(3) == 0 ? 0 : random.nextInt(60);
      purchases.add(
          new Purchase(
              random.nextInt(1_000_000) * 100_000L + purchases.size(),
              second,
              random.nextInt(30) == 0 ? null : "u" + random.nextInt(20),
              random.nextInt(8),
              random.nextInt(15) == 0 ? null : random.nextInt(100_000) / 100.0));
    }
    record Arrival(long second, Purchase purchase) {}
    List<Arrival> arrivals = new ArrayList<>();
    for (Purchase purchase : purchases) {
      arrivals.add(
          new Arrival(
              purchase.second + random.nextLong(ShopDomain.OUT_OF_ORDERNESS.toSeconds()),
              purchase));
    }
    arrivals.sort(Comparator.comparingLong(Arrival::second));
    return arrivals.stream().map(Arrival::purchase).toList();
  }

  private Path write(List<Purchase> purchases, String name) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("id,at,user,shop,amount");
    for (Purchase purchase : purchases) {
      lines.add(
          purchase.id
              + ","
              + Instant.ofEpochSecond(purchase.second)
              + ","
              + (purchase.user == null ? "" : purchase.user)
              + ","
              + purchase.shop
              + ","
              + (purchase.amount == null ? "" : purchase.amount));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static List<String> oracle(List<Purchase> arrived) {
    Set<Long> seen = new HashSet<>();
    List<Purchase> ordered =
        arrived.stream()
            .sorted(Comparator.comparingLong(Purchase::second).thenComparingLong(Purchase::id))
            .filter(purchase -> seen.add(purchase.id))
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        "event_id,amount,by_user.n_1h,by_user.sum_1d,by_user.avg_1d,by_shop.n_1d,by_shop.avg_1d,"
            + "by_pair.n_1h");
    for (int i = 0; i < ordered.size(); i++) {
      Purchase now = ordered.get(i);
      Answer userHour = new Answer();
      Answer userDay = new Answer();
      Answer shop = new Answer();
      Answer pair = new Answer();
      for (Purchase past : ordered.subList(0, i + 1)) {
        long age = now.second - past.second;
        boolean sameUser = now.user != null && now.user.equals(past.user);
        if (sameUser && age < 3_600) {
          userHour.add(past);
        }
        if (sameUser && age < 86_400) {
          userDay.add(past);
        }
        if (past.shop == now.shop && age >= 6 * 3_600 && age < 30 * 3_600) {
          shop.add(past);
        }
        if (sameUser && past.shop == now.shop && age < 3_600) {
          pair.add(past);
        }
      }
      boolean known = now.user != null;
      lines.add(
          now.id
              + ","
              + (now.amount == null ? "" : now.amount)
              + ","
              + (known ? userHour.values : "")
              + ","
              + (known ? userDay.sum() : "")
              + ","
              + (known && userDay.values > 0 ? userDay.sum() / userDay.values : "")
              + ","
              + shop.events
              + ","
              + (shop.values > 0 ? shop.sum() / shop.values : -1.0)
              + ","
              + (known ? pair.events : ""));
    }
    return lines;
  }

  /** Text and whole numbers must be equal, sums and means of cents as close as doubles are. */
  private static void assertSameValues(List<String> actual, List<String> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int line = 0; line < expected.size(); line++) {
      String[] found = actual.get(line).split(",", -1);
      String[] wanted = expected.get(line).split(",", -1);
      assertThat(found).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i].contains(".") && line > 0 && !found[i].isEmpty()) {
          assertThat(Double.parseDouble(found[i]))
              .as(actual.get(line))
              .isCloseTo(Double.parseDouble(wanted[i]), within(1e-9));
        } else {
          assertThat(found[i]).as(actual.get(line)).isEqualTo(wanted[i]);
        }
      }
    }
  }

  private record Purchase(
      long id, long second, @Nullable String user, long shop, @Nullable Double amount) {}

  /** Sums in cents: amounts have two decimals, so a correct sum of doubles rounds to this. */
  private static final class Answer {
    private long events;
    private long values;
    private long cents;

    void add(Purchase purchase) {
      events++;
      if (purchase.amount != null) {
        values++;
        cents += Math.round(purchase.amount * 100);
      }
    }

    double sum() {
      return cents / 100.0;
    }
  }
}
