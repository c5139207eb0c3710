package io.tidemark.jobs;

import static io.tidemark.contract.AggregateKind.COUNT;
import static io.tidemark.contract.AggregateKind.SUM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.review.StateAnswer;
import io.tidemark.jobs.RestorePlan.PlannedContract;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import io.tidemark.jobs.SavepointFixture.Backend;
import io.tidemark.jobs.SavepointFixture.Form;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.savepoint.Savepoint;
import io.tidemark.jobs.savepoint.SavepointException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.util.ExceptionUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Savepoints that a job cannot go on from: one clear message each, before anything starts. */
class UnusableSavepointTest {
  private static final WindowDomain DOMAIN =
      WindowDomain.empty()
          .with("n_1h", COUNT, null, null, new Trailing(Duration.ofHours(1)))
          .with("sum_1h", SUM, "amount", null, new Trailing(Duration.ofHours(1)));

  @TempDir private static Path folder;
  @TempDir private Path own;

  private static SavepointFixture jobs;
  private static Path events;
  private static String savepoint;

  @AfterAll
  static void stopTheCluster() throws Exception {
    jobs.close();
  }

  @BeforeAll
  static void leaveASavepoint() throws Exception {
    jobs = new SavepointFixture(folder);
    events = jobs.write(WindowDomain.purchases(7, 200, 2), "events.csv");
    savepoint = jobs.leave(plan("shop"), events, 100, Form.CANONICAL, Backend.HASHMAP, 1);
  }

  private static FeaturePlan plan(String domain) {
    return plan(domain, WindowDomain.SCHEMA, DOMAIN.contract());
  }

  private static FeaturePlan plan(String domain, EventSchema schema, FeatureContract contract) {
    return new FeaturePlan(
        schema,
        List.of(contract),
        new VectorColumns(
            DOMAIN.names().stream()
                .map(feature -> contract.metadata().name() + "." + feature)
                .toList()),
        domain,
        EntityState.ofEach(List.of(contract)));
  }

  private static FeatureContract contract(String name, String entity) {
    FeatureContract base = DOMAIN.contract();
    return new FeatureContract(
        new Metadata(name, base.metadata().version(), "tests", "For tests."),
        List.of(entity),
        base.source(),
        base.features());
  }

  @Test
  void placeThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Savepoint.read(folder.resolve("nowhere").toString()))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("nowhere: there is no savepoint, for there is no file `_metadata`");
  }

  @Test
  void metadataThatAreDamagedAreTold() throws Exception {
    Path copy = copy();
    byte[] whole = Files.readAllBytes(copy.resolve("_metadata"));
    for (int length : new int[] {0, 3, 40, whole.length / 2}) {
      byte[] part = Arrays.copyOf(whole, length);
      Files.write(copy.resolve("_metadata"), part);
      assertThatThrownBy(() -> Savepoint.read(copy.toString()))
          .as("%d bytes of %d", length, whole.length)
          .isInstanceOf(SavepointException.class)
          .hasMessageContaining("its `_metadata` is damaged or is none of a savepoint")
          .hasMessageEndingWith("Use another savepoint or checkpoint");
    }
    Files.writeString(copy.resolve("_metadata"), "a text that somebody put here");
    assertThatThrownBy(() -> Savepoint.read(copy.toString()))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("damaged or is none of a savepoint");
  }

  @Test
  void savepointWithoutOneOfItsFilesIsTold() throws Exception {
    Path copy = copy();
    Path lost = stateFile(copy);
    byte[] bytes = Files.readAllBytes(lost);
    Files.write(lost, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> Savepoint.read(copy.toString()))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("it is not whole: ")
        .hasMessageContaining(" bytes of ");
    Files.delete(lost);
    assertThatThrownBy(() -> Savepoint.read(copy.toString()))
        .isInstanceOf(SavepointException.class)
        .hasMessageContaining("it is not whole: its file ")
        .hasMessageContaining(lost.getFileName() + " is not there");
  }

  @Test
  void savepointOfAnotherJobIsRefused() throws Exception {
    RestorePlan plan =
        RestorePlan.of(
            Savepoint.read(savepoint),
            plan("shop", WindowDomain.SCHEMA, contract("by_country", "country")));
    assertThat(plan.refusals())
        .containsExactly(
            "Nothing in the savepoint is this job's: it is of another job, with the state of"
                + " `by_user` by [user] from kafka://purchases of the domain `shop`, while this job"
                + " has that of `by_country` by [country] from kafka://purchases of the domain"
                + " `shop`. Name the savepoint of this job, or start without one");
    assertThat(plan.gone()).containsExactly("by_user");
  }

  @Test
  void savepointOfAnotherDomainIsRefusedAlsoByTheOperator() throws Exception {
    String words =
        "The state is of the contract domain `shop`, this job is of `bank`. Name the savepoint of"
            + " this job, or start without one";
    RestorePlan plan = RestorePlan.of(Savepoint.read(savepoint), plan("bank"));
    assertThat(plan.refusals()).containsExactly(words);
    assertThat(plan.contracts())
        .flatExtracting(PlannedContract::features)
        .extracting(PlannedFeature::answer)
        .containsOnly(StateAnswer.REFUSED);

    assertThatThrownBy(() -> jobs.goOn(plan("bank"), events, savepoint, Backend.HASHMAP, 1, false))
        .satisfies(error -> assertThat(ExceptionUtils.stringifyException(error)).contains(words));
  }

  @Test
  void fieldOfAnotherTypeIsRefusedAndAWiderOneIsNot() throws Exception {
    RestorePlan narrowed =
        RestorePlan.of(
            Savepoint.read(savepoint),
            plan("shop", schema("amount", FieldType.LONG), DOMAIN.contract()));
    assertThat(narrowed.refusals())
        .containsExactly(
            "`by_user`: `amount`: double → long: the state holds values of the old type: it is"
                + " refused. Give the field of the other type a name of its own, or start without"
                + " the savepoint.");
    RestorePlan widened =
        RestorePlan.of(
            Savepoint.read(savepoint),
            plan("shop", schema("shop", FieldType.DOUBLE), DOMAIN.contract()));
    assertThat(widened.refusals()).isEmpty();
  }

  @Test
  void entityOfTheSameMajorVersionIsRefused() throws Exception {
    RestorePlan plan =
        RestorePlan.of(
            Savepoint.read(savepoint),
            plan("shop", WindowDomain.SCHEMA, contract("by_user", "shop")));
    assertThat(plan.refusals())
        .singleElement()
        .asString()
        .startsWith("`by_user`: [user] → [shop]: keys of the state are the old ones");
  }

  @Test
  void mainSaysTheSameBeforeItSubmits() throws Exception {
    Configuration flink = new Configuration();
    assertThat(restoration(flink, "bank")).as("nothing to go on from").isEmpty();
    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    assertThat(restoration(flink, "shop")).isPresent();
    assertThatThrownBy(() -> restoration(flink, "bank"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageContaining("contract domain `shop`");
    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, folder.resolve("nowhere").toString());
    assertThatThrownBy(() -> restoration(flink, "shop"))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageContaining("there is no savepoint");
  }

  private static Optional<RestorePlan> restoration(Configuration flink, String domain)
      throws SubmissionRefusedException {
    return Restoration.plan(flink, held -> RestorePlan.of(held, plan(domain)));
  }

  private static EventSchema schema(String field, FieldType type) {
    EventContract event = WindowDomain.SCHEMA.contract();
    return new EventSchema(
        new EventContract(
            event.metadata(),
            event.topic(),
            event.deadLetter(),
            event.late(),
            event.format(),
            event.id(),
            event.time(),
            event.fields().stream()
                .map(
                    each ->
                        each.name().equals(field)
                            ? new EventField(field, type, each.optional(), null, null, null)
                            : each)
                .toList()));
  }

  /** Of the savepoint, which can be moved: its files are named relative to its folder. */
  private Path copy() throws IOException {
    Path from = Path.of(URI.create(savepoint));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, own.resolve(file.getFileName()));
      }
    }
    return own;
  }

  private static Path stateFile(Path savepoint) throws IOException {
    try (Stream<Path> files = Files.list(savepoint)) {
      return files
          .filter(file -> !file.endsWith("_metadata"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}
