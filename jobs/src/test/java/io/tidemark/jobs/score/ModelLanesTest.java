package io.tidemark.jobs.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.RecordedMetrics;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.Score.Outcome;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.TestModels.Expected;
import io.tidemark.runtime.ProviderChoice;
import io.tidemark.runtime.SessionRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.metrics.Gauge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Versions of real models in one subtask. */
@Timeout(120)
class ModelLanesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<Expected> ROWS = TestModels.expectedOfMlp();
  private static final ModelContract MLP = TestModels.mlp(TestModels.batch(8));
  private static final ModelContract TREES = TestModels.trees(TestModels.batch(8));
  private static final int PLENTY = 100 << 20;

  @TempDir private Path folder;
  private final RecordedMetrics recorded = new RecordedMetrics();
  private final Mailbox mailbox = new Mailbox();
  private ModelLanes lanes;

  @AfterEach
  void close() {
    if (lanes != null) {
      lanes.close();
    }
    assertThat(SessionRegistry.ofProcess().size()).isZero();
  }

  @Test
  void everyRecordIsScoredByTheModelOfItsStamp() throws Exception {
    open(PLENTY, served(MLP), served(TREES));
    ModelStamp trees = stamp(TREES, "");
    List<Expected> byTrees = TestModels.expectedOfTrees();

    List<Mailbox.Pending> ofMlp = new ArrayList<>();
    List<Mailbox.Pending> ofTrees = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ofMlp.add(ask(ROWS.get(i), null));
      ofTrees.add(ask(byTrees.get(i), trees));
    }
    await(ofMlp);
    await(ofTrees);

    for (int i = 0; i < 50; i++) {
      assertThat(ofMlp.get(i).score.value()).isCloseTo(ROWS.get(i).score(), within(1e-6));
      assertThat(ofTrees.get(i).score.value()).isCloseTo(byTrees.get(i).score(), within(1e-6));
    }
    assertThat(SessionRegistry.ofProcess().size()).isEqualTo(2);
    assertThat(loaded()).isEqualTo(2);
    assertThat(ready("mlp", "1.2.0")).isEqualTo(1);
    assertThat(ready("trees", "1.2.0")).isEqualTo(1);
  }

  @Test
  void laterVersionIsReadFromWhereItsStampSaysAndComparedWithItsGoldenRows() throws Exception {
    open(PLENTY, served(MLP));
    write("v2/golden.csv", golden(ROWS.subList(0, 20), true));

    Score score = answer(later("1.3.0", "mlp", "v2/model.onnx"));

    assertThat(score.modelVersion()).isEqualTo("1.3.0");
    assertThat(score.outcome()).isEqualTo(Outcome.SCORED);
    assertThat(score.value()).isCloseTo(ROWS.get(0).score(), within(1e-6));
  }

  static Stream<Arguments> refused() {
    byte[] mlp = TestModels.bytes("mlp");
    return Stream.of(
        Arguments.of("missing", new byte[0], TestModels.sha256(mlp), false),
        Arguments.of("corrupt", Arrays.copyOf(mlp, mlp.length / 2), null, false),
        Arguments.of("corrupt", "no model".getBytes(StandardCharsets.UTF_8), null, false),
        Arguments.of("checksum", mlp, "0".repeat(64), false),
        Arguments.of("external_data", TestModels.bytes("external-data"), null, false),
        Arguments.of("mismatch", TestModels.bytes("fourteen-columns"), null, false),
        Arguments.of("mismatch", TestModels.bytes("trees"), null, false),
        Arguments.of("golden_rows", TestModels.bytes("log"), null, true));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void versionThatMayNotBeUsedLeavesTheOneBeforeInPlace(
      String reason, byte[] file, String sha256, boolean golden) throws Exception {
    open(PLENTY, served(MLP));
    if (file.length > 0) {
      write("v2/model.onnx", file);
    }
    if (golden) {
      write("v2/golden.csv", golden(ROWS.subList(0, 20), false));
    }
    ModelStamp stamp =
        new ModelStamp(
            "mlp",
            "1.3.0",
            sha256 == null ? TestModels.sha256(file) : sha256,
            folder.resolve("v2/model.onnx").toUri().toString(),
            "canary");

    Score score = answer(stamp);

    assertThat(score.modelVersion()).isEqualTo("1.2.0");
    assertThat(score.outcome()).isEqualTo(Outcome.SCORED);
    assertThat(score.value()).isCloseTo(ROWS.get(0).score(), within(1e-6));
    assertThat(refusals(reason)).isEqualTo(1);
    assertThat(loaded()).isEqualTo(1);
  }

  @Test
  void versionWhoseFileIsDeletedWhileItIsReadLeavesTheOneBeforeInPlace() throws Exception {
    open(PLENTY, served(MLP));
    byte[] model = TestModels.bytes("mlp");
    Pipe pipe = Pipe.create(folder.resolve("v2/model.onnx"));
    Mailbox.Pending pending =
        ask(
            ROWS.get(0),
            new ModelStamp(
                "mlp",
                "1.3.0",
                TestModels.sha256(model),
                pipe.path().toUri().toString(),
                "canary"));
    mailbox.runUntil(Pipe::isRead);
    assertThat(pending.isAnswered()).isFalse();

    try (OutputStream half = pipe.write()) {
      half.write(model, 0, model.length / 2);
      Files.delete(pipe.path());
    }
    await(List.of(pending));

    assertThat(pending.score.modelVersion()).isEqualTo("1.2.0");
    assertThat(pending.score.outcome()).isEqualTo(Outcome.SCORED);
    assertThat(refusals("checksum")).isEqualTo(1);
  }

  @Test
  void versionForWhichThereIsNoRoomLeavesTheOneBeforeInPlace() throws Exception {
    open(TestModels.bytes("mlp").length, served(MLP), served(TREES));

    Mailbox.Pending pending = ask(ROWS.get(0), stamp(TREES, ""));
    await(List.of(pending));

    assertThat(refusals("oversized")).isEqualTo(1);
    assertThat(ready("trees", "1.2.0")).isZero();
    assertThat(pending.score.outcome())
        .as("no version of that model was good before")
        .isEqualTo(Outcome.INFERENCE_ERROR);
    assertThat(answer(null).outcome()).isEqualTo(Outcome.SCORED);
  }

  @Test
  void stampOfAnotherFileThanTheContractsIsRefused() throws Exception {
    open(PLENTY, served(MLP), served(TREES));
    ModelStamp other =
        new ModelStamp("trees", TREES.metadata().version().toString(), "ab", "", "stable");

    assertThat(answer(other).outcome()).isEqualTo(Outcome.INFERENCE_ERROR);
    assertThat(refusals("checksum")).isEqualTo(1);
  }

  @Test
  void modelThatTheJobDoesNotKnowIsAnsweredByItsOwn() throws Exception {
    open(PLENTY, served(MLP));

    Score score = answer(new ModelStamp("basket", "1.0.0", "ab", "", "stable"));

    assertThat(score.value()).isCloseTo(ROWS.get(0).score(), within(1e-6));
    assertThat(refusals("missing")).isEqualTo(1);
  }

  @Test
  void versionsUnusedForLongestMakeRoom() throws Exception {
    int size = TestModels.bytes("mlp").length;
    open(3L * size, served(MLP)); // its own and two more
    List<ModelStamp> stamps = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      stamps.add(later("1.3." + i, "mlp", "v" + i + "/model.onnx", i));
    }

    for (int round = 0; round < 3; round++) {
      for (ModelStamp stamp : stamps) {
        assertThat(answer(stamp).modelVersion()).isEqualTo(stamp.version());
      }
    }

    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    do {
      answer(null); // the bound is looked at when the next record comes
    } while (gauge("tidemark_models_bytes{}") > 3L * size && System.nanoTime() < deadlineNanos);
    assertThat(gauge("tidemark_models_bytes{}")).isLessThanOrEqualTo(3L * size);
    assertThat(recorded.count("tidemark_models_evicted_total{}")).isGreaterThanOrEqualTo(15);
    mailbox.runUntil(() -> SessionRegistry.ofProcess().size() <= 3);
    assertThat(stamps.stream().mapToInt(stamp -> ready("mlp", stamp.version())).sum())
        .as("versions that are ready beside the job's own")
        .isLessThanOrEqualTo(2);
  }

  @Test
  void modelThatMayNotBeUsedFromTheStartFailsTheTask() throws Exception {
    byte[] rows = golden(ROWS.subList(0, 20), false);
    ServedModel wrong = new ServedModel(MLP, TestModels.bytes("mlp"), swapped(rows), null);

    assertThatThrownBy(() -> open(PLENTY, wrong))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("a score of 0.123 on golden row 1");
  }

  private static byte[] swapped(byte[] rows) {
    String text = new String(rows, StandardCharsets.UTF_8);
    int end = text.indexOf('\n', text.indexOf('\n') + 1);
    int cell = text.lastIndexOf(',', end);
    return (text.substring(0, cell + 1) + "0.123" + text.substring(end))
        .getBytes(StandardCharsets.UTF_8);
  }

  private void open(long maxBytes, ServedModel... models) throws InvalidModelException {
    lanes =
        ModelLanes.open(
            ScoringModels.of(List.of(models), VectorColumns.of(MLP), null, ProviderChoice.CPU, true)
                .withMaxBytes(maxBytes),
            recorded,
            "lanes test");
  }

  private static ServedModel served(ModelContract contract) {
    return new ServedModel(contract, TestModels.bytes(contract.metadata().name()));
  }

  private static ModelStamp stamp(ModelContract contract, String uri) {
    return new ModelStamp(
        contract.metadata().name(),
        contract.metadata().version().toString(),
        contract.artifact().sha256(),
        uri,
        ModelStamp.STABLE);
  }

  /** A later version of the MLP in a file of its own. */
  private ModelStamp later(String version, String model, String file) throws IOException {
    return later(version, model, file, 0);
  }

  /** The same whose bytes, though not its meaning, are others: a longer name of who wrote it. */
  private ModelStamp later(String version, String model, String file, int padding)
      throws IOException {
    byte[] bytes = padded(TestModels.bytes(model), padding);
    Path path = write(file, bytes);
    return new ModelStamp(
        model, version, TestModels.sha256(bytes), path.toUri().toString(), "canary");
  }

  /** With a field of the model that says where it comes from, field 2, once more behind it. */
  private static byte[] padded(byte[] model, int padding) {
    if (padding == 0) {
      return model;
    }
    byte[] longer = Arrays.copyOf(model, model.length + 2 + padding);
    longer[model.length] = 2 << 3 | 2;
    longer[model.length + 1] = (byte) padding;
    Arrays.fill(longer, model.length + 2, longer.length, (byte) 'x');
    return longer;
  }

  private Path write(String file, byte[] bytes) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.write(path, bytes);
  }

  /** With the scores of numpy, or none. */
  private static byte[] golden(List<Expected> rows, boolean scores) {
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < TestModels.COLUMNS; i++) {
      csv.append("features").append(i).append(',');
    }
    csv.append("score\n");
    for (Expected row : rows) {
      for (double feature : row.features()) {
        csv.append(feature).append(',');
      }
      csv.append(scores ? row.score() : "").append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Mailbox.Pending ask(Expected row, ModelStamp stamp) {
    Mailbox.Pending pending = mailbox.new Pending();
    FeatureVector vector = row.vector(1);
    vector.stamp(stamp);
    lanes.lane(stamp).batcher().add(vector, pending);
    return pending;
  }

  private Score answer(ModelStamp stamp) throws InterruptedException {
    Mailbox.Pending pending = ask(ROWS.get(0), stamp);
    await(List.of(pending));
    return pending.score;
  }

  private void await(List<Mailbox.Pending> asked) throws InterruptedException {
    mailbox.runUntil(() -> asked.stream().allMatch(Mailbox.Pending::isAnswered));
  }

  private long loaded() {
    return recorded.count("tidemark_models_loaded_total{}");
  }

  @SuppressWarnings("unchecked")
  private int ready(String model, String version) {
    String labels = "{model=%s, version=%s, route=stable, provider=cpu}".formatted(model, version);
    return ((Gauge<Integer>) recorded.all().get("tidemark_model_ready" + labels)).getValue();
  }

  private long refusals(String reason) {
    return recorded.count("tidemark_models_refused_total{reason=" + reason + "}");
  }

  @SuppressWarnings("unchecked")
  private long gauge(String series) {
    return ((Gauge<Long>) recorded.all().get(series)).getValue();
  }
}
