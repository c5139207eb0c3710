package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.COUNT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.review.StateAnswer;
import io.tidemark.jobs.RestorePlan.PlannedContract;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import io.tidemark.jobs.SavepointFixture.Backend;
import io.tidemark.jobs.SavepointFixture.Form;
import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.savepoint.HeldOperator;
import io.tidemark.jobs.savepoint.Savepoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Savepoints that releases have written: every later one goes on from them. */
class KeptSavepointTest {
  private static final List<String> FORMATS =
      List.of("window-state-v1", "window-state-v2", "window-state-v3", "window-state-v4");
  private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");

  /** A feature more. */
  private static final FeaturePlan MORE =
      KeptSavepoint.plan(
          KeptSavepoint.DOMAIN.with("n_3h", COUNT, null, null, new Trailing(Duration.ofHours(3))));

  @TempDir private static Path folder;

  private static SavepointFixture jobs;

  private record Case(String format, Backend backend, int parallelism) {}

  private static WindowDomain domain(String format) {
    return switch (format) {
      case "window-state-v1" -> KeptSavepoint.SUMS;
      case "window-state-v4" -> KeptSavepoint.TILES;
      default -> KeptSavepoint.DOMAIN;
    };
  }

  private static PurchaseSource source(String format) {
    return format.equals("window-state-v4") ? KeptSavepoint.SOURCE_OF_TILES : KeptSavepoint.SOURCE;
  }

  private static int read(String format) {
    return format.equals("window-state-v4") ? KeptSavepoint.READ_OF_TILES : KeptSavepoint.READ;
  }

  static List<String> formats() {
    return FORMATS;
  }

  static Stream<Case> cases() {
    return FORMATS.stream()
        .flatMap(
            format ->
                Stream.of(Backend.values())
                    .flatMap(
                        backend ->
                            Stream.of(1, 2)
                                .map(parallelism -> new Case(format, backend, parallelism))));
  }

  @BeforeAll
  static void startTheCluster() throws Exception {
    jobs = new SavepointFixture(folder);
  }

  @AfterAll
  static void stopTheCluster() throws Exception {
    jobs.close();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyFeatureKeepsItsStateByThePlan(String format) throws Exception {
    RestorePlan restore =
        RestorePlan.of(Savepoint.read(place(format)), KeptSavepoint.plan(domain(format)));

    assertThat(restore.refusals()).isEmpty();
    assertThat(restore.contracts()).hasSize(1);
    PlannedContract contract = restore.contracts().get(0);
    assertThat(contract.features())
        .extracting(PlannedFeature::name)
        .containsExactlyInAnyOrderElementsOf(domain(format).names());
    assertThat(contract.features())
        .extracting(PlannedFeature::answer)
        .containsOnly(StateAnswer.KEEPS);
  }

  @Test
  void firstReleasesWroteNoManifest() throws Exception {
    for (String format : List.of("window-state-v1", "window-state-v2")) {
      assertThat(features(format))
          .allSatisfy(held -> assertThat(held.manifest()).isNull())
          .extracting(HeldOperator::legacyLayout)
          .doesNotContainNull();
    }
    for (String format : List.of("window-state-v3", "window-state-v4")) {
      assertThat(features(format)).extracting(HeldOperator::manifest).doesNotContainNull();
    }
  }

  private static List<HeldOperator> features(String format) throws Exception {
    List<HeldOperator> held =
        Savepoint.read(place(format)).operators().stream()
            .filter(operator -> operator.label().startsWith("features-"))
            .toList();
    assertThat(held).hasSize(1);
    return held;
  }

  /** Without a manifest nobody can tell which feature is which. */
  @Test
  void featuresOfTheFirstReleasesDoNotChangeAtTheRestore() throws Exception {
    String place = place("window-state-v2");

    List<String> refusals = RestorePlan.of(Savepoint.read(place), MORE).refusals();

    assertThat(refusals).hasSize(1);
    assertThatThrownBy(
            () -> jobs.goOn(MORE, KeptSavepoint.SOURCE, place, Backend.HASHMAP, 1, false))
        .rootCause()
        .message()
        .isEqualTo(refusals.get(0).replace("`by_user`: ", ""));
  }

  @Test
  void everyFormatOfGoldenBytesHasASavepoint() throws Exception {
    assertThat(names(SAVEPOINTS)).containsAll(FORMATS);
    assertThat(names(Path.of("src/test/resources/io/tidemark/jobs/feature")))
        .containsExactlyInAnyOrderElementsOf(
            FORMATS.stream().map(format -> format + ".txt").toList());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** What the message says to do. */
  @Test
  void featuresChangeOnceThisReleaseHasWrittenASavepoint() throws Exception {
    String place =
        jobs.leave(
            KeptSavepoint.plan(KeptSavepoint.DOMAIN),
            KeptSavepoint.SOURCE,
            SavepointRestoreSettings.forPath(place("window-state-v2")),
            40,
            Form.NATIVE,
            Backend.ROCKSDB,
            2);

    RestorePlan restore = RestorePlan.of(Savepoint.read(place), MORE);
    assertThat(restore.refusals()).isEmpty();
    assertThat(restore.contracts().get(0).features())
        .filteredOn(feature -> feature.answer() != StateAnswer.KEEPS)
        .extracting(PlannedFeature::name)
        .containsExactly("n_3h");
    requireRight(
        "changed later",
        KeptSavepoint.DOMAIN,
        KeptSavepoint.SOURCE,
        jobs.goOn(MORE, KeptSavepoint.SOURCE, place, Backend.ROCKSDB, 1, false),
        KeptSavepoint.READ + 40);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jobGoesOnAsIfItHadNeverStopped(Case one) throws Exception {
    requireRight(
        one.toString(),
        domain(one.format),
        source(one.format),
        jobs.goOn(
            KeptSavepoint.plan(domain(one.format)),
            source(one.format),
            place(one.format),
            one.backend,
            one.parallelism,
            false),
        read(one.format));
  }

  /**
   * Checks the vectors of a job that went on.
   *
   * @param domain the features to check, which are the first of the vectors
   * @param before how many purchases had been read
   */
  private static void requireRight(
      String what,
      WindowDomain domain,
      PurchaseSource source,
      Collection<FeatureVector> vectors,
      int before) {
    Map<Long, FeatureVector> found = new HashMap<>();
    for (FeatureVector vector : vectors) {
      assertThat(found.put(EventFields.idBits(WindowDomain.SCHEMA, vector.trigger()), vector))
          .as(what + " answers once")
          .isNull();
    }
    List<Purchase> arrived = source.purchases();
    List<Purchase> read = arrived.subList(0, before);
    long watermark =
        read.stream().mapToLong(Purchase::millis).max().orElseThrow()
            - WindowDomain.OUT_OF_ORDERNESS.toMillis();
    Set<Long> waited = ids(read.stream().filter(one -> one.millis() >= watermark).toList());
    Set<Long> rest = ids(arrived.subList(before, arrived.size()));
    rest.removeAll(ids(read));
    assertThat(waited).isNotEmpty();
    assertThat(found).as(what).containsKeys(waited.toArray(Long[]::new));
    assertThat(found).as(what).containsKeys(rest.toArray(Long[]::new));
    assertThat(found).as(what).hasSizeLessThan(rest.size() + before / 10);

    List<Purchase> ordered = WindowDomain.inEventTime(arrived);
    for (int i = 0; i < ordered.size(); i++) {
      Purchase purchase = ordered.get(i);
      FeatureVector vector = found.get(purchase.id());
      if (vector != null) {
        check(what, domain, purchase, ordered.subList(0, i + 1), vector);
      }
    }
  }

  private static void check(
      String what,
      WindowDomain domain,
      Purchase purchase,
      List<Purchase> past,
      FeatureVector vector) {
    assertThat(vector.isLate()).as(purchase + " is late").isFalse();
    int[] columns = IntStream.range(0, domain.columns().names().size()).toArray();
    assertThat(IntStream.of(columns).mapToObj(vector::status))
        .as(purchase + "")
        .doesNotContain(FeatureStatus.WARMING);
    domain.check(what, purchase, past, IntStream.of(columns).mapToObj(vector::value).toList());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void isOneSmallFileThatNamesNoPlace(String format) throws Exception {
    assertThat(names(SAVEPOINTS.resolve(format))).containsExactly("_metadata");
    Path metadata = SAVEPOINTS.resolve(format).resolve("_metadata");
    assertThat(Files.size(metadata)).isLessThan(200_000);
    assertThat(Files.readString(metadata, ISO_8859_1))
        .contains("file:/kept-")
        .doesNotContainPattern("file:(?!/kept-)")
        .doesNotContain(System.getProperty("java.io.tmpdir"), System.getProperty("user.home"));
  }

  private static Set<Long> ids(List<Purchase> purchases) {
    return purchases.stream().map(Purchase::id).collect(Collectors.toSet());
  }

  private static String place(String format) {
    return SAVEPOINTS.resolve(format).toAbsolutePath().toString();
  }
}
