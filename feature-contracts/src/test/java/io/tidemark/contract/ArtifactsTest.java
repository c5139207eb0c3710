package io.tidemark.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  /** The contract's checksum is that of these bytes, a test vector of FIPS 180. */
  private static final byte[] MODEL = "abc".getBytes(UTF_8);

  @TempDir private Path temp;
  private Path root;
  private Path models;
  private Contracts contracts;
  private ModelContract model;

  @BeforeEach
  void readContracts() throws Exception {
    root = temp.resolve("contracts");
    ValidContracts.copyTo(root);
    models = root.resolve("shop/models");
    contracts = Contracts.read(root);
    model = contracts.model("basket").orElseThrow();
    Files.createDirectories(models.resolve("basket/1.9.0"));
    Files.createDirectories(models.resolve("basket/1.10.0"));
  }

  private Problem problemOfArtifact() {
    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> contracts.readArtifact(model));
    assertThat(refused).isNotNull();
    assertThat(refused.problems()).hasSize(1);
    return refused.problems().get(0);
  }

  private Path write(String file, byte[] bytes) throws IOException {
    return Files.write(models.resolve(file), bytes);
  }

  @Test
  void bytesAreThoseOfTheChecksum() throws Exception {
    write("basket/1.10.0/model.onnx", MODEL);

    assertThat(contracts.readArtifact(model)).isEqualTo(MODEL);
  }

  @Test
  void fallbackIsCheckedAsTheModelIs() throws Exception {
    write("basket/1.9.0/model.onnx", MODEL);
    assertThat(contracts.readFallback(model)).contains(MODEL);

    write("basket/1.9.0/model.onnx", "abd".getBytes(UTF_8));
    assertThat(
            catchThrowableOfType(
                    InvalidContractsException.class, () -> contracts.readFallback(model))
                .problems())
        .singleElement()
        .extracting(Problem::path)
        .isEqualTo("fallback.model.artifact.sha256");
  }

  @Test
  void goldenRowsAreReadWhereTheContractNamesThem() throws Exception {
    ModelContract old =
        contracts.models().stream().filter(m -> m.golden() != null).findAny().orElseThrow();
    write("basket/1.9.0/golden.csv", "price,score\n1,0.5\n".getBytes(UTF_8));

    assertThat(contracts.readGolden(old)).contains("price,score\n1,0.5\n".getBytes(UTF_8));
    assertThat(contracts.readGolden(model)).isEmpty();
  }

  @Test
  void missingFileIsAProblemAtItsUri() {
    Problem problem = problemOfArtifact();

    assertThat(problem.file()).isEqualTo(models.resolve("basket.yaml").toString());
    assertThat(problem.line()).isEqualTo(18);
    assertThat(problem.column()).isEqualTo(17);
    assertThat(problem.path()).isEqualTo("artifact.uri");
    assertThat(problem.reason()).startsWith("there is no file");
  }

  @Test
  void otherChecksumIsAProblemThatNamesTheOneFound() throws IOException {
    write("basket/1.10.0/model.onnx", "abd".getBytes(UTF_8));

    Problem problem = problemOfArtifact();

    assertThat(problem.path()).isEqualTo("artifact.sha256");
    assertThat(problem.line()).isEqualTo(18);
    assertThat(problem.remedy())
        .contains("a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9");
  }

  @Test
  void linkOutOfTheModelsFolderIsNotFollowed() throws IOException {
    Path secret = Files.write(temp.resolve("secret"), MODEL);
    Files.createSymbolicLink(models.resolve("basket/1.10.0/model.onnx"), secret);

    assertThat(problemOfArtifact().reason()).startsWith("this leads out of");
  }

  @Test
  void linkedFolderOutOfTheModelsFolderIsNotFollowed() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.write(outside.resolve("model.onnx"), MODEL);
    Files.delete(models.resolve("basket/1.10.0"));
    Files.createSymbolicLink(models.resolve("basket/1.10.0"), outside);

    assertThat(problemOfArtifact().reason()).startsWith("this leads out of");
  }

  @Test
  void folderIsNoFile() throws IOException {
    Files.createDirectory(models.resolve("basket/1.10.0/model.onnx"));

    assertThat(problemOfArtifact().reason()).isEqualTo("this is not a file");
  }

  @Test
  void fileOverTheLimitIsNotRead() throws IOException {
    try (RandomAccessFile sparse =
        new RandomAccessFile(models.resolve("basket/1.10.0/model.onnx").toFile(), "rw")) {
      sparse.setLength(Artifacts.MAX_MODEL_BYTES + 1);
    }

    assertThat(problemOfArtifact().reason()).isEqualTo("the file is larger than 256 MiB");
  }

  @Test
  void baselineIsReadWhereOneIsNamed() throws Exception {
    write("basket/1.10.0/baseline.json", "{}".getBytes(UTF_8));
    ModelContract withoutBaseline = contracts.models().get(0);

    assertThat(contracts.readBaseline(model).orElseThrow()).isEqualTo("{}".getBytes(UTF_8));
    assertThat(withoutBaseline.baseline()).isNull();
    assertThat(contracts.readBaseline(withoutBaseline)).isEmpty();
  }

  @Test
  void missingBaselineIsAProblem() {
    InvalidContractsException refused =
        catchThrowableOfType(InvalidContractsException.class, () -> contracts.readBaseline(model));

    assertThat(refused.problems()).extracting(Problem::path).containsExactly("baseline");
  }

  @Test
  void allFilesOfAllModelsAreChecked() throws IOException {
    write("basket/1.9.0/model.onnx", "abd".getBytes(UTF_8));

    List<Problem> problems = contracts.checkArtifacts();

    assertThat(problems)
        .extracting(problem -> problem.line() + " " + problem.path())
        .containsExactly(
            "5 artifact.sha256",
            "11 golden",
            "18 artifact.uri",
            "26 baseline",
            "33 fallback.model.artifact.sha256");
    write("basket/1.9.0/model.onnx", MODEL);
    write("basket/1.10.0/model.onnx", MODEL);
    write("basket/1.10.0/baseline.json", "{}".getBytes(UTF_8));
    write("basket/1.9.0/golden.csv", "price,score\n".getBytes(UTF_8));
    assertThat(contracts.checkArtifacts()).isEmpty();
  }
}
