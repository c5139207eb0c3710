package io.tidemark.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.StateEstimate;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.KnownPast;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the contracts' estimate says of a key against what the features really keep of it, as a
 * state backend would store it: payments at the rate that the contract expects, from a key's first
 * to well beyond its longest window.
 */
class StateEstimateMeasuredTest {
  private static final int KEYS = 24;
  private static final int CHUNK = 64;
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
  private static final String EVENT =
      """
      apiVersion: tidemark/v2
      kind: EventContract
      metadata: {name: payments, version: 1.0.0, owner: tests}
      topic: kafka://payments
      format: json
      id: id
      time: {field: at}
      fields:
        id: {type: long}
        at: {type: timestamp}
        user_id: {type: string}
        amount: {type: double}
        shop: {type: string}
      """;

  @TempDir private Path folder;

  private FeatureContract contract(double perDay, String features) throws Exception {
    Path events = Files.createDirectories(folder.resolve("shop/events"));
    Path contracts = Files.createDirectories(folder.resolve("shop/features"));
    Files.writeString(events.resolve("payments.yaml"), EVENT);
    Files.writeString(
        contracts.resolve("spending.yaml"),
        """
        apiVersion: tidemark/v2
        kind: FeatureContract
        metadata: {name: spending, version: 1.0.0, owner: tests}
        entity: [user_id]
        source: kafka://payments
        state: {maxBytesPerKey: 512KiB, eventsPerKeyPerDay: %s}
        features:
        """
                .formatted(perDay)
            + features);
    return Contracts.read(folder).features().get(0);
  }

  /** Mean bytes of a key, over several, after so many days. */
  private double measured(FeatureContract contract, double perDay, int days) throws Exception {
    EventSchema schema = new EventSchema(Contracts.read(folder).events().get(0));
    VectorColumns columns =
        new VectorColumns(
            contract.features().stream()
                .flatMap(feature -> feature.columns().stream())
                .map(column -> new FeatureRef("spending", column).toString())
                .toList());
    WindowedFeatures features = WindowedFeatures.of(columns, contract, schema);
    HeldState state = new HeldState();
    features.open(state, state, 64L << 20);
    EntityKey key = new EntityKey(schema, contract.entity());
    JsonEventDecoder decoder = new JsonEventDecoder(schema, Clock.systemUTC());
    SplittableRandom random = new SplittableRandom(7);
    double bytes = 0;
    long id = 1_000_000;
    for (int user = 0; user < KEYS; user++) {
      String name = "C" + (10_000 + user);
      double day = 0;
      // Each key ends somewhere else in its open chunk.
      double end = days + CHUNK / perDay * user / KEYS;
      while (day < end) {
        String json =
            String.format(
                Locale.ROOT,
                "{\"id\":%d,\"at\":\"%s\",\"user_id\":\"%s\",\"amount\":%.2f,\"shop\":\"S%d\"}",
                id += 1 + random.nextInt(20_000),
                START.plusMillis((long) (day * 86_400_000)),
                name,
                Math.exp(3.5 + random.nextGaussian()),
                random.nextInt(1_000_000));
        Ingested read = decoder.decode(json.getBytes(UTF_8), new Origin("test", -1, 1, 0));
        FeatureVector vector = FeatureVector.of(read.event(), columns);
        state.setCurrentKey(key.getKey(vector));
        features.update(vector, KnownPast.ALL);
        features.flush(); // Between two events of a key there is a checkpoint in nearly every job.
        day += -Math.log(1 - random.nextDouble()) / perDay;
      }
    }
    for (int user = 0; user < KEYS; user++) {
      bytes += state.bytes("C" + (10_000 + user));
    }
    return bytes / KEYS;
  }

  private static final String COUNTS_AND_MEANS =
      """
        nb_1d: {type: int, aggregate: count, window: P1D}
        avg_1d: {type: double, aggregate: avg, of: amount, window: P1D}
        nb_7d: {type: int, aggregate: count, window: P7D}
        avg_7d: {type: double, aggregate: avg, of: amount, window: P7D}
        nb_30d: {type: int, aggregate: count, window: P30D}
        avg_30d: {type: double, aggregate: avg, of: amount, window: P30D}
      """;
  private static final String NINE =
      COUNTS_AND_MEANS
          + """
              max_7d: {type: double, aggregate: max, of: amount, window: P7D}
              stddev_30d: {type: double, aggregate: stddev, of: amount, window: P30D}
              last_30d: {type: double, aggregate: last, of: amount, window: P30D}
            """;

  static Stream<Arguments> contracts() {
    return Stream.of(
        arguments("counts and means, 2 a day", 2, 60, COUNTS_AND_MEANS),
        arguments("counts and means, 20 a day", 20, 40, COUNTS_AND_MEANS),
        arguments("nine aggregates, 2 a day", 2, 60, NINE),
        arguments("nine aggregates, 20 a day", 20, 40, NINE),
        arguments(
            "counts only",
            2,
            60,
            """
              nb_1d: {type: int, aggregate: count, window: P1D}
              nb_30d: {type: int, aggregate: count, window: P30D}
            """),
        arguments(
            "a hop",
            20,
            20,
            "  max_7d: {type: double, aggregate: max, of: amount, window: {size: P7D, hop: PT1H}}"),
        arguments(
            "tiles",
            1_000,
            16,
            """
              max_7d: {type: double, aggregate: max, of: amount, window: {size: P7D, hop: PT1H}}
              avg_7d: {type: double, aggregate: avg, of: amount, window: {size: P7D, hop: PT1H}}
              nb_3d: {type: int, aggregate: count, window: {size: P3D, hop: PT1H}}
            """),
        arguments(
            "tiles of several hops beside a window",
            1_000,
            30,
            """
              nb_1h: {type: int, aggregate: count, window: PT1H}
              avg_2d: {type: double, aggregate: avg, of: amount, window: {size: P2D, hop: PT30M}}
              sd_12d: {type: double, aggregate: stddev, of: amount, window: {size: P12D, hop: P1D}}
            """),
        arguments(
            "a delay",
            4,
            40,
            "  avg_7d: {type: double, aggregate: avg, of: amount, window: {size: P7D, delay: P7D}}"),
        arguments(
            "a lifetime",
            4,
            40,
            """
              nb: {type: int, aggregate: count, window: lifetime}
              sum: {type: double, aggregate: sum, of: amount, window: lifetime}
              max: {type: double, aggregate: max, of: amount, window: lifetime}
            """),
        arguments(
            "a lifetime beside a window",
            4,
            60,
            """
              nb: {type: int, aggregate: count, window: lifetime}
              avg_30d: {type: double, aggregate: avg, of: amount, window: P30D}
            """),
        arguments(
            "a day",
            4,
            40,
            "  sum: {type: double, aggregate: sum, of: amount, window: {tumbling: P1D}}"),
        arguments(
            "a session",
            20,
            20,
            """
              sum: {type: double, aggregate: sum, of: amount, window: {session: PT2H, maximum: P1D}}
              nb: {type: int, aggregate: count, window: {session: PT2H, maximum: P1D}}
            """),
        arguments(
            "filters",
            10,
            50,
            """
              nb: {type: int, aggregate: count, where: "amount > 50.0", window: P30D}
              avg: {type: double, aggregate: avg, of: amount, where: "amount > 50.0", window: P7D}
            """));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contracts")
  void estimateIsWhatAKeyTakes(String name, double perDay, int days, String features)
      throws Exception {
    FeatureContract contract = contract(perDay, features);
    EventContract event = Contracts.read(folder).events().get(0);

    StateEstimate estimate = StateEstimate.of(contract, event);

    assertThat((double) estimate.bytes())
        .as(estimate.toString())
        .isCloseTo(measured(contract, perDay, days), withinPercentage(15));
  }
}
