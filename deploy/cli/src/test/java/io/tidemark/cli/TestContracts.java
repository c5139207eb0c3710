package io.tidemark.cli;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The bundled contracts with a small model that no notebook has to train first. */
public final class TestContracts {
  private static final Path SOURCES = Path.of("../../feature-contracts/contracts");
  private static final Path MODEL = Path.of("../../jobs/src/test/resources/models/trees.onnx");

  private TestContracts() {}

  /**
   * Copies the contracts.
   *
   * @param folder an empty one
   * @param change of the text of every contract
   */
  public static Contracts copy(Path folder, UnaryOperator<String> change)
      throws IOException, InvalidContractsException {
    byte[] model = Files.readAllBytes(MODEL);
    String sha256 = "sha256: \"" + sha256(model) + "\"";
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
    for (Path source : sources) {
      Path copy = folder.resolve(SOURCES.relativize(source));
      Files.createDirectories(copy.getParent());
      String text = Files.readString(source).replaceAll("sha256: \"?[0-9a-f]{64}\"?", sha256);
      Files.writeString(copy, change.apply(text));
    }
    Path artifact = folder.resolve("card-payments/models/card_fraud/1.0.0/model.onnx");
    Files.createDirectories(artifact.getParent());
    Files.write(artifact, model);
    return Contracts.read(folder);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
