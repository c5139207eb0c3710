package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.ModelContract.Batch;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractsTest {
  private static final TopicUri ORDERS = new TopicUri("orders");

  @TempDir private Path temp;

  private Contracts valid() throws Exception {
    ValidContracts.copyTo(temp);
    return Contracts.read(temp);
  }

  private static List<Problem> problemsOf(Path root) {
    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> Contracts.read(root));
    assertThat(refused).isNotNull();
    return refused.problems();
  }

  @Test
  void bundledDomainIsWhatTheModelWasDesignedFor() throws Exception {
    Contracts contracts = Contracts.bundled();
    ModelContract model = contracts.model("card_fraud").orElseThrow();

    assertThat(contracts.modelNames()).containsExactly("card_fraud");
    assertThat(contracts.features())
        .extracting(contract -> contract.metadata().name())
        .containsExactly("calendar", "customer_spending", "terminal_risk");
    assertThat(model.features())
        .extracting(FeatureRef::toString)
        .containsExactly(
            "amount",
            "calendar.during_weekend",
            "calendar.during_night",
            "customer_spending.nb_tx_1d",
            "customer_spending.avg_amount_1d",
            "customer_spending.nb_tx_7d",
            "customer_spending.avg_amount_7d",
            "customer_spending.nb_tx_30d",
            "customer_spending.avg_amount_30d",
            "terminal_risk.nb_tx_1d",
            "terminal_risk.risk_1d",
            "terminal_risk.nb_tx_7d",
            "terminal_risk.risk_7d",
            "terminal_risk.nb_tx_30d",
            "terminal_risk.risk_30d");
    assertThat(model.output()).isEqualTo(new ScoreOutput("probabilities", 1));
    FeatureContract risk = contracts.feature("terminal_risk", 1).orElseThrow();
    assertThat(risk.feature("risk_30d").orElseThrow().definition())
        .isEqualTo(
            new WindowedAggregate(
                new Aggregate(AggregateKind.AVG, new ValueExpression.Field("fraud")),
                new Window.Trailing(Duration.ofDays(30), Duration.ofDays(7), null)));
    assertThat(risk.feature("risk_30d").orElseThrow().defaultValue()).isEqualTo(0.0);
  }

  @Test
  void contractsOfAJarAreThoseOfItsFolder() throws Exception {
    Path jar = temp.resolve("job with space.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream content = new JarOutputStream(out);
        Stream<Path> walk = Files.walk(Path.of("contracts"))) {
      // Folders have no entries of their own, as in jars that some tools make.
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        content.putNextEntry(new JarEntry(file.toString()));
        Files.copy(file, content);
      }
    }
    URL marker = URI.create("jar:" + jar.toUri() + "!/contracts/README.md").toURL();

    Contracts fromJar = Contracts.read(ContractRoot.of(marker));

    Contracts bundled = Contracts.bundled();
    assertThat(fromJar.events()).isEqualTo(bundled.events());
    assertThat(fromJar.features()).isEqualTo(bundled.features());
    assertThat(fromJar.models()).isEqualTo(bundled.models());
    Files.delete(jar);
    assertThat(
            catchThrowableOfType(
                InvalidContractsException.class, () -> Contracts.read(ContractRoot.of(marker))))
        .as("the jar was closed, so nothing of it is kept")
        .isNotNull();
  }

  @Test
  void defaultsAreFilledIn() throws Exception {
    Contracts contracts = valid();
    EventContract orders = contracts.event(ORDERS).orElseThrow();
    ModelContract old =
        contracts.models().stream()
            .filter(model -> model.metadata().version().minor() == 9)
            .findFirst()
            .orElseThrow();

    assertThat(orders.deadLetter()).isEqualTo(new TopicUri("orders_rejected"));
    assertThat(orders.late()).isEqualTo(new TopicUri("orders_late"));
    assertThat(orders.time())
        .isEqualTo(
            new EventTime(
                "ordered_at",
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ZERO,
                Instant.parse("2000-01-01T00:00:00Z"),
                Duration.ofHours(1)));
    assertThat(orders.metadata().description()).isEmpty();
    assertThat(old.missing()).isEqualTo(MissingPolicy.DEFAULT);
    assertThat(old.batch()).isEqualTo(new Batch(256, Duration.ofMillis(2)));
    assertThat(old.timeout()).isEqualTo(Duration.ofMillis(350));
    assertThat(old.fallbackScore()).isZero();
    assertThat(old.baseline()).isNull();
    assertThat(old.output()).isEqualTo(new ScoreOutput("probability", 0));
  }

  @Test
  void everythingWrittenIsRead() throws Exception {
    Contracts contracts = valid();
    EventContract returns = contracts.event(new TopicUri("returns")).orElseThrow();
    ModelContract model = contracts.model("basket").orElseThrow();

    assertThat(returns.format()).isEqualTo(EventFormat.JSON);
    assertThat(returns.late()).isEqualTo(new TopicUri("belated_returns"));
    assertThat(returns.time())
        .isEqualTo(
            new EventTime(
                "returned_at",
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofDays(1),
                Instant.parse("2019-12-31T23:00:00Z"),
                Duration.ZERO));
    assertThat(contracts.event(ORDERS).orElseThrow().field("price"))
        .contains(new EventField("price", FieldType.DOUBLE, false, 0.0, 1e6, null));
    assertThat(contracts.event(ORDERS).orElseThrow().field("customer_id"))
        .contains(new EventField("customer_id", FieldType.STRING, false, null, null, Pii.HMAC));
    assertThat(model.inputs()).hasSize(2);
    assertThat(model.inputs().get(1).type()).isEqualTo(TensorType.INT64);
    assertThat(model.missing()).isEqualTo(MissingPolicy.REJECT);
    assertThat(model.batch()).isEqualTo(new Batch(64, Duration.ZERO));
    assertThat(model.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(model.fallbackScore()).isEqualTo(0.5);
    assertThat(model.fallback())
        .isEqualTo(
            new Fallback(
                0.5,
                null,
                new Fallback.Model(
                    new ModelContract.Artifact(
                        "basket/1.9.0/model.onnx",
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
                    List.of(
                        new TensorInput(
                            "numbers",
                            TensorType.FLOAT32,
                            List.of(new FeatureRef(null, "price"), new FeatureRef(null, "items")))),
                    new ScoreOutput("probability", 0, "basket"))));
    assertThat(model.contracts()).isEqualTo(Map.of("customer_orders", 2, "order_shape", 1));
  }

  @Test
  void whatAnOlderModelSaysOfItsInputsAndFallbackIsRead() throws Exception {
    ModelContract old =
        valid().models().stream()
            .filter(model -> model.metadata().version().equals(new SemanticVersion(1, 9, 0)))
            .findAny()
            .orElseThrow();

    assertThat(old.inputs().get(0).rowShape()).containsExactly(3, 1);
    assertThat(old.inputs().get(1).type()).isEqualTo(TensorType.STRING);
    assertThat(old.inputs().get(1).rowShape()).containsExactly(1);
    assertThat(old.golden()).isEqualTo("basket/1.9.0/golden.csv");
    assertThat(old.fallback().expression()).startsWith("price > 100.0");
    assertThat(old.fallback().model()).isNull();
  }

  @Test
  void definitionsFollowFromTheKeysOfAFeature() throws Exception {
    Contracts contracts = valid();
    FeatureContract shape = contracts.feature("order_shape", 1).orElseThrow();
    FeatureContract orders = contracts.feature("customer_orders", 2).orElseThrow();

    assertThat(shape.feature("items").orElseThrow())
        .isEqualTo(
            new Feature(
                "items", FieldType.INT, new PassThrough("items"), Duration.ofHours(1), null, null));
    assertThat(shape.feature("express").orElseThrow().defaultValue()).isEqualTo(0.0);
    assertThat(shape.feature("item_price").orElseThrow().definition())
        .isEqualTo(new RowExpression("price / double(items)"));
    assertThat(orders.feature("avg_price_30d").orElseThrow())
        .isEqualTo(
            new Feature(
                "avg_price_30d",
                FieldType.DOUBLE,
                new WindowedAggregate(
                    new Aggregate(AggregateKind.AVG, new ValueExpression.Field("price")),
                    new Window.Trailing(Duration.ofDays(30), Duration.ofHours(1), null)),
                null,
                -1.0,
                new Range(-1.0, 1e6)));
  }

  @Test
  void twoMajorVersionsLiveSideBySide() throws Exception {
    Contracts contracts = valid();

    assertThat(contracts.feature("customer_orders", 1)).isPresent();
    assertThat(contracts.feature("customer_orders", 2)).isPresent();
    assertThat(contracts.feature("customer_orders", 3)).isEmpty();
  }

  @Test
  void modelByNameIsTheHighestVersionByNumberNotByText() throws Exception {
    Contracts contracts = valid();

    assertThat(contracts.model("basket").orElseThrow().metadata().version())
        .isEqualTo(new SemanticVersion(1, 10, 0));
    assertThat(contracts.modelNames()).containsExactly("basket");
    assertThat(contracts.model("unknown")).isEmpty();
  }

  @Test
  void folderThatIsNotThereOrHoldsNothingIsAProblem() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Path file = Files.createFile(temp.resolve("file"));
    ValidContracts.copyTo(temp.resolve("root"));

    assertThat(problemsOf(temp.resolve("nowhere")))
        .extracting(Problem::reason)
        .containsExactly("there is no such folder");
    assertThat(problemsOf(file))
        .extracting(Problem::reason)
        .containsExactly("this is not a folder");
    assertThat(problemsOf(empty))
        .extracting(Problem::reason)
        .containsExactly("no contracts in this folder");
    assertThat(problemsOf(temp.resolve("root/shop")))
        .extracting(Problem::remedy)
        .containsExactly("Name the folder above it.");
  }

  @Test
  void yamlBesideTheLayoutIsNotSilentlyIgnored() throws IOException {
    ValidContracts.copyTo(temp);
    Files.createFile(temp.resolve("stray.yaml"));
    Files.createFile(temp.resolve("shop/stray.yml"));
    Files.createFile(temp.resolve("shop/events/stray.yml"));
    Files.createFile(temp.resolve("shop/events/notes.md"));
    Files.createFile(temp.resolve("shop/events/.hidden.yaml"));
    Files.createDirectories(temp.resolve("shop/models/basket"));
    Files.createFile(temp.resolve("shop/models/basket/conda.yaml"));

    assertThat(problemsOf(temp))
        .extracting(problem -> temp.relativize(Path.of(problem.file())).toString())
        .containsExactly("shop/events/stray.yml", "shop/stray.yml", "stray.yaml");
  }

  @Test
  void unreadableFileHidesNoOtherProblemAndInventsNone() throws IOException {
    ValidContracts.copyTo(temp);
    Files.writeString(temp.resolve("shop/events/orders.yaml"), "kind: [\n");
    Files.writeString(
        temp.resolve("shop/features/order_shape.yaml"),
        Files.readString(temp.resolve("shop/features/order_shape.yaml")).replace("1.0.0", "one"));

    assertThat(problemsOf(temp))
        .extracting(problem -> problem.file().replace(temp + "/", "") + " " + problem.path())
        .containsExactly(
            "shop/events/orders.yaml ",
            "shop/features/order_shape.yaml metadata.version",
            "shop/features/order_shape.yaml metadata.version");
  }

  @Test
  void fieldThatIsBrokenIsNotReportedAsMissing() throws IOException {
    ValidContracts.copyTo(temp);
    Path orders = temp.resolve("shop/events/orders.yaml");
    Files.writeString(
        orders, Files.readString(orders).replace("price: {type: double", "price: {type: float"));

    assertThat(problemsOf(temp)).extracting(Problem::path).containsExactly("fields.price.type");
  }

  @Test
  void modelOfOtherContractsIsRefused() throws Exception {
    ModelContract foreign = Contracts.bundled().model("card_fraud").orElseThrow();
    Contracts contracts = valid();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> contracts.readArtifact(foreign))
        .withMessageContaining("card_fraud");
  }
}
