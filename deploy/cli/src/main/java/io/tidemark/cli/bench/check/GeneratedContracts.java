package io.tidemark.cli.bench.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Contracts of a company that has many: of each hundred ten are of events, one or two of models,
 * the rest of features. A domain has one event, up to nine feature contracts and perhaps a model,
 * whose file is the bundled one.
 */
public final class GeneratedContracts {
  private static final int PER_DOMAIN = 10;
  private static final int DOMAINS_PER_MODEL = 6;
  private static final String MODEL = "/contracts/card-payments/models/card_fraud/1.0.0/model.onnx";
  private static final int MODEL_COLUMNS = 15;

  private final Path root;

  private GeneratedContracts(Path root) {
    this.root = root;
  }

  /**
   * Writes them.
   *
   * @param root an empty folder
   * @param count of contracts, a multiple of ten
   */
  public static GeneratedContracts write(Path root, int count) throws IOException {
    if (count < PER_DOMAIN || count % PER_DOMAIN != 0) {
      throw new IllegalArgumentException("contracts come in tens, such as 1000, not " + count);
    }
    GeneratedContracts generated = new GeneratedContracts(root);
    byte[] model;
    try (InputStream file = GeneratedContracts.class.getResourceAsStream(MODEL)) {
      if (file == null) {
        throw new IOException("the bundled model is not part of this program");
      }
      model = file.readAllBytes();
    }
    for (int domain = 0; domain < count / PER_DOMAIN; domain++) {
      generated.writeDomain(domain, model);
    }
    return generated;
  }

  private void writeDomain(int domain, byte[] model) throws IOException {
    boolean withModel = domain % DOMAINS_PER_MODEL == 0;
    write(
        domain,
        "events",
        "events",
        """
        apiVersion: tidemark/v2
        kind: EventContract
        metadata: {name: events_%1$d, version: 1.0.0, owner: team_%1$d, description: Events of domain %1$d.}
        topic: kafka://events_%1$d
        format: json
        id: event_id
        time: {field: at, outOfOrderness: PT10S}
        fields:
          event_id: {type: long}
          at: {type: timestamp}
          user_id: {type: string, pii: hmac}
          shop_id: {type: string}
          amount: {type: double, min: 0}
          items: {type: int, optional: true}
          country: {type: string, optional: true}
        """
            .formatted(domain));
    for (int number = 0; number < PER_DOMAIN - 1 - (withModel ? 1 : 0); number++) {
      write(domain, "features", "spending_" + number, features(domain, number, 7));
    }
    if (withModel) {
      writeModel(domain, model);
    }
  }

  /**
   * @param days of the window that a change makes longer
   */
  private static String features(int domain, int number, int days) {
    return """
        apiVersion: tidemark/v2
        kind: FeatureContract
        metadata: {name: spending_%1$d_%2$d, version: 1.0.0, owner: team_%1$d, description: What users do.}
        entity: [%3$s]
        source: kafka://events_%1$d
        features:
          nb_1d: {type: int, freshness: PT1H, aggregate: count, window: P1D}
          nb_week: {type: int, freshness: PT1H, aggregate: count, window: P%4$dD}
          avg_amount_week: {type: double, aggregate: avg, of: amount, window: P7D, default: 0.0}
          max_amount_month: {type: double, aggregate: max, of: amount, window: {size: P30D, hop: PT1H}}
          nb_abroad: {type: int, aggregate: count, where: "country != 'F%2$d'", window: P7D}
          amount_per_item: {type: double, aggregate: avg, of: "amount / double(items + %2$d)", window: P7D}
          nb_shops: {type: int, aggregate: distinct, of: shop_id, exactUpTo: 64, window: P7D}
          is_night: {type: int, expression: "at.getHours() <= %2$d ? 1 : 0"}
        """
        .formatted(domain, number, number % 2 == 0 ? "user_id" : "shop_id", days);
  }

  private void writeModel(int domain, byte[] model) throws IOException {
    StringBuilder columns = new StringBuilder("amount");
    String[] features = {"nb_1d", "nb_week", "avg_amount_week", "is_night"};
    for (int i = 0; i < MODEL_COLUMNS - 1; i++) {
      columns.append(", spending_%d_%d.%s".formatted(domain, i / 4, features[i % 4]));
    }
    write(
        domain,
        "models",
        "fraud",
        """
        apiVersion: tidemark/v2
        kind: ModelContract
        metadata: {name: fraud_%1$d, version: 1.0.0, owner: team_%1$d, description: Scores of events.}
        trigger: kafka://events_%1$d
        artifact: {uri: fraud/1.0.0/model.onnx, sha256: "%2$s"}
        inputs:
          - {tensor: features, type: float32, features: [%3$s]}
        output: {score: "probabilities[1]"}
        contracts: {spending_%1$d_0: 1, spending_%1$d_1: 1, spending_%1$d_2: 1, spending_%1$d_3: 1}
        """
            .formatted(domain, sha256(model), columns));
    Path file = folder(domain, "models").resolve("fraud/1.0.0/model.onnx");
    Files.createDirectories(file.getParent());
    Files.write(file, model);
  }

  /**
   * Makes a window of one contract longer.
   *
   * @return its file
   */
  public Path changeOne() throws IOException {
    return write(0, "features", "spending_0", features(0, 0, 14));
  }

  private Path write(int domain, String kind, String name, String text) throws IOException {
    Path file = folder(domain, kind).resolve(name + ".yaml");
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path folder(int domain, String kind) {
    return root.resolve("domain_" + domain).resolve(kind);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
