package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.AVG;
import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.LAST;
import static io.tidemark.contract.AggregateKind.MAX;
import static io.tidemark.contract.AggregateKind.MIN;
import static io.tidemark.contract.AggregateKind.SUM;
import static io.tidemark.contract.AggregateKind.VARIANCE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.SavepointFixture.Backend;
import io.tidemark.jobs.SavepointFixture.Form;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.FileUtils;

/**
 * The job whose savepoint is kept for every format that state was ever written in, and the command
 * that writes one: canonical, in one file that names no place of a machine. In the root of the
 * project:
 *
 * <pre>{@code
 * mvn -q -pl jobs -am test-compile dependency:build-classpath \
 *     -Dmdep.outputFile="$PWD/jobs/target/test-classpath"
 * java --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.util=ALL-UNNAMED \
 *     -cp "jobs/target/test-classes:jobs/target/classes:$(cat jobs/target/test-classpath)" \
 *     io.tidemark.jobs.KeptSavepoint jobs/src/test/resources/savepoints/window-state-v4
 * }</pre>
 *
 * What is kept is never written again, and neither the features nor the purchases here ever change:
 * a later format gets a folder of its own.
 */
final class KeptSavepoint {
  static final PurchaseSource SOURCE = new PurchaseSource(11, 300, 3);

  /** How many purchases the job had read. */
  static final int READ = 200;

  /** Sketches and lists over the lifetime, and some of each other kind of window. */
  static final WindowDomain DOMAIN =
      WindowDomain.of(9)
          .with("n_1h", COUNT, null, null, new Trailing(Duration.ofHours(1)))
          .with("max_2h", MAX, "amount", "shop % 2 == 0", new Trailing(Duration.ofHours(2)))
          .with(
              "sum_hop",
              SUM,
              "amount",
              null,
              new Trailing(Duration.ofHours(1), Duration.ofMinutes(7), Duration.ofMinutes(15)))
          .with("hourly", AVG, "shop", null, new Tumbling(Duration.ofHours(1), Duration.ZERO))
          .with("visit", MIN, "amount", null, session())
          .with("visit_last", LAST, "shop", null, session())
          .with("life", SUM, "amount", null, new Lifetime())
          .with("life_variance", VARIANCE, "amount", "amount > 50.0", new Lifetime());

  /** All that the first format of all could hold: sums and counts of trailing windows. */
  static final WindowDomain SUMS =
      WindowDomain.empty()
          .with("n_1h", COUNT, null, null, new Trailing(Duration.ofHours(1)))
          .with("n_amount_90s", COUNT, "amount", null, new Trailing(Duration.ofSeconds(90)))
          .with("sum_2h", SUM, "amount", null, new Trailing(Duration.ofHours(2)))
          .with(
              "avg_delayed",
              AVG,
              "shop",
              null,
              new Trailing(Duration.ofMinutes(30), Duration.ofMinutes(20), null));

  /** One user with so many purchases that tiles serve the windows that hop. */
  static final WindowDomain TILES =
      WindowDomain.empty()
          .with("n_12h", COUNT, null, null, hopping(12, 0, 30))
          .with("sum_12h", SUM, "amount", "shop % 2 == 0", hopping(12, 0, 30))
          .with("max_8h", MAX, "amount", null, hopping(8, 20, 30))
          .with("last_6h", LAST, "shop", null, hopping(6, 0, 120))
          .with("n_1h", COUNT, null, null, new Trailing(Duration.ofHours(1)))
          .with("life", SUM, "amount", null, new Lifetime());

  static final PurchaseSource SOURCE_OF_TILES = new PurchaseSource(11, 1_300, 1);
  static final int READ_OF_TILES = 1_100;

  private KeptSavepoint() {}

  static FeaturePlan plan(WindowDomain domain) {
    return new FeaturePlan(WindowDomain.SCHEMA, List.of(domain.contract()), domain.columns());
  }

  private static Trailing hopping(int hours, int delayMinutes, int hopMinutes) {
    return new Trailing(
        Duration.ofHours(hours), Duration.ofMinutes(delayMinutes), Duration.ofMinutes(hopMinutes));
  }

  private static Session session() {
    return new Session(Duration.ofMinutes(3), Duration.ofHours(1));
  }

  /**
   * Writes the savepoint of this release.
   *
   * @param args the folder for it, which is not there yet
   */
  public static void main(String[] args) throws Exception {
    Path kept = Files.createDirectory(Path.of(args[0]));
    Path folder = Files.createTempDirectory("kept-savepoint");
    try (SavepointFixture jobs = new SavepointFixture(folder, MemorySize.parse("1mb"))) {
      String place =
          jobs.leave(
              plan(TILES), SOURCE_OF_TILES, READ_OF_TILES, Form.CANONICAL, Backend.HASHMAP, 1);
      copy(Path.of(URI.create(place)), kept, folder);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /**
   * Flink names every piece of state by where it would lie, even those that are in the metadata
   * itself. Another folder of the same length is all the same to it.
   */
  private static void copy(Path savepoint, Path kept, Path folder) throws IOException {
    try (var files = Files.list(savepoint)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      if (!names.equals(List.of("_metadata"))) {
        throw new IOException("The savepoint is not one file, but " + names);
      }
    }
    String bytes = Files.readString(savepoint.resolve("_metadata"), ISO_8859_1);
    String place = folder.toString();
    String nowhere = "/kept" + "-".repeat(place.length() - "/kept".length());
    Files.writeString(kept.resolve("_metadata"), bytes.replace(place, nowhere), ISO_8859_1);
  }
}
