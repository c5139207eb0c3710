package io.tidemark.cli.job;

import io.tidemark.cli.TestContracts;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.contract.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code card_fraud} replaced by a model that is warm after a day: it adds the amount, and the
 * number and the average of the customer's payments of a day. Its baseline is written by the
 * notebooks' own code, from features computed without Tidemark.
 */
final class SumModel {
  private static final Path ONNX = Path.of("../../jobs/src/test/resources/models/two-inputs.onnx");
  private static final Path NOTEBOOKS = Path.of("../../notebooks");
  private static final Duration DAY = Duration.ofDays(1);

  private static final String CONTRACT =
      """
      apiVersion: tidemark/v2
      kind: ModelContract
      metadata: {name: card_fraud, version: 1.0.0, owner: tests, description: Adds its inputs.}
      trigger: kafka://tx_events
      artifact: {uri: sum/model.onnx, sha256: "%s"}
      inputs:
        - {tensor: amounts, type: float64, features: [amount, customer_spending.avg_amount_1d]}
        - {tensor: counts, type: int64, features: [customer_spending.nb_tx_1d]}
      output: {score: total}
      contracts: {customer_spending: 2}
      baseline: sum/baseline.json
      missing: default
      batch: {maxRows: 256, maxDelay: PT0.002S}
      timeout: PT1S
      fallback: {score: 0.0}
      """;

  /** Arguments: the notebooks' folder, a file of values, where the baseline is to be. */
  private static final String WRITE_BASELINE =
      """
      import sys
      import numpy
      sys.path.insert(0, sys.argv[1])
      import baseline
      amount, average, count, score = numpy.loadtxt(sys.argv[2], delimiter=",", unpack=True)
      features = {
          "amount": amount,
          "customer_spending.avg_amount_1d": average,
          "customer_spending.nb_tx_1d": count,
      }
      with open(sys.argv[3], "w") as file:
          file.write(baseline.document("card_fraud", "1.0.0", "", "", features, score))
      """;

  private SumModel() {}

  /**
   * The bundled contracts with this model in place of theirs.
   *
   * @param folder an empty one
   * @param payments in order of time; the baseline is of those after the first day
   */
  static Contracts contracts(Path folder, List<Payment> payments) throws Exception {
    Path files = Files.createDirectories(folder.resolve("card-payments/models/sum"));
    Files.copy(ONNX, files.resolve("model.onnx"));
    Path values = Files.write(folder.resolve("values.csv"), values(payments));
    python(WRITE_BASELINE, NOTEBOOKS, values, files.resolve("baseline.json"));
    Files.delete(values);
    String contract = CONTRACT.formatted(sha256(ONNX));
    return TestContracts.copy(
        folder, text -> text.contains("kind: ModelContract") ? contract : text);
  }

  /** Amount, average, count and score of each payment after the first day. */
  private static List<String> values(List<Payment> payments) {
    Instant warm = payments.get(0).time().plus(DAY);
    Map<String, Deque<Payment>> lastDay = new HashMap<>();
    List<String> rows = new ArrayList<>();
    for (Payment payment : payments) {
      Deque<Payment> own =
          lastDay.computeIfAbsent(payment.customerId(), customer -> new ArrayDeque<>());
      own.add(payment);
      while (!own.element().time().isAfter(payment.time().minus(DAY))) {
        own.remove();
      }
      double amount = payment.amount().doubleValue();
      double sum = own.stream().mapToDouble(one -> one.amount().doubleValue()).sum();
      double average = sum / own.size();
      if (payment.time().isAfter(warm)) {
        double score = amount + average + own.size();
        rows.add(amount + "," + average + "," + own.size() + "," + score);
      }
    }
    return rows;
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static void python(String program, Path... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-B", "-c", program));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Path said = Files.createTempFile("python", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      process.destroyForcibly();
      if (!ended || process.exitValue() != 0) {
        throw new IOException("The baseline was not written: " + Files.readString(said));
      }
    } finally {
      Files.delete(said);
    }
  }
}
