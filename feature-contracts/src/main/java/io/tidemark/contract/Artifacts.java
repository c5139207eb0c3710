package io.tidemark.contract;

import io.tidemark.contract.YamlNode.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads the files a model contract names. They are untrusted: a file must lie inside the domain's
 * {@code models} folder also after links are followed, its size is bounded, and a model file is
 * handed out only if its checksum is the contract's.
 */
final class Artifacts {
  static final long MAX_MODEL_BYTES = 256L << 20;
  static final long MAX_BASELINE_BYTES = 16L << 20;

  private final ContractRoot root;
  private final Problems problems;

  Artifacts(ContractRoot root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  /** The bytes of the model file, or empty after its problem was reported. */
  Optional<byte[]> model(Draft<ModelContract> model) {
    return model(model, model.document().at("artifact"), model.contract().artifact());
  }

  /** The bytes of the fallback's model, or empty where none is named or after its problem. */
  Optional<byte[]> fallback(Draft<ModelContract> model) {
    Fallback.Model fallback = model.contract().fallback().model();
    return fallback == null
        ? Optional.empty()
        : model(model, model.document().at("fallback", "model", "artifact"), fallback.artifact());
  }

  /** The golden rows, or empty where none are named or after their problem was reported. */
  Optional<byte[]> golden(Draft<ModelContract> model) {
    return model.contract().golden() == null
        ? Optional.empty()
        : read(model.document().at("golden"), model.domain(), MAX_BASELINE_BYTES);
  }

  private Optional<byte[]> model(
      Draft<ModelContract> model, YamlNode node, ModelContract.Artifact artifact) {
    Optional<byte[]> bytes = read(node.at("uri"), model.domain(), MAX_MODEL_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    String found = sha256(bytes.get());
    if (found.equals(artifact.sha256())) {
      return bytes;
    }
    problems.add(
        node.at("sha256"),
        "the model file has another checksum",
        "If the file is the one that was reviewed, write `sha256: \""
            + found
            + "\"` and raise the model's version; if not, restore the file.");
    return Optional.empty();
  }

  /** The bytes of the baseline, or empty where none is named or after its problem was reported. */
  Optional<byte[]> baseline(Draft<ModelContract> model) {
    return model.contract().baseline() == null
        ? Optional.empty()
        : read(model.document().at("baseline"), model.domain(), MAX_BASELINE_BYTES);
  }

  private Optional<byte[]> read(YamlNode node, String domain, long maxBytes) {
    String uri = node instanceof Scalar scalar ? scalar.text() : "";
    try {
      return root.with(
          folder -> {
            Path models = folder.resolve(domain).resolve(ContractReader.Kind.MODEL.folder());
            Path file = models.resolve(uri);
            if (!Files.exists(file)) {
              problems.add(
                  node,
                  "there is no file " + file,
                  "Put it there, or correct the path; it is relative to " + models + ".");
              return Optional.empty();
            }
            if (!file.toRealPath().startsWith(models.toRealPath())) {
              problems.add(
                  node,
                  "this leads out of " + models,
                  "Put the file itself there; links out of the folder are not followed.");
              return Optional.empty();
            }
            if (!Files.isRegularFile(file)) {
              problems.add(node, "this is not a file", "Name the file, not its folder.");
              return Optional.empty();
            }
            return bounded(file, node, maxBytes);
          });
    } catch (IOException e) {
      problems.add(
          node,
          "the file cannot be read: " + e.getClass().getSimpleName(),
          "Check its permissions.");
      return Optional.empty();
    }
  }

  private Optional<byte[]> bounded(Path file, YamlNode node, long maxBytes) throws IOException {
    if (Files.size(file) <= maxBytes) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes((int) maxBytes + 1);
        if (bytes.length <= maxBytes) {
          return Optional.of(bytes);
        }
      }
    }
    problems.add(
        node,
        "the file is larger than " + (maxBytes >> 20) + " MiB",
        "Make it smaller: it travels with the job graph.");
    return Optional.empty();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
