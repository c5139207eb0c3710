package io.tidemark.cli;

import io.tidemark.cli.output.OutputFile;
import io.tidemark.cli.output.Progress;
import io.tidemark.cli.simulator.FraudScenario;
import io.tidemark.cli.simulator.Payment;
import io.tidemark.cli.simulator.PaymentCsv;
import io.tidemark.cli.simulator.PaymentSimulator;
import io.tidemark.cli.simulator.SimulatorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Writes simulated payments to a CSV file. */
@Command(
    name = "simulate",
    description = {
      "Write simulated card payments to a file.",
      "The same arguments give the same file on every machine."
    },
    showDefaultValues = true,
    footer = "  tidemark simulate --days 180 --seed 7 --out payments.csv.gz")
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--customers", paramLabel = "N", description = "Customers.")
  private int customers = 5_000;

  @Option(names = "--terminals", paramLabel = "N", description = "Terminals they pay at.")
  private int terminals = 10_000;

  @Option(names = "--days", paramLabel = "D", description = "Days to simulate.")
  private int days = 30;

  @Option(names = "--seed", paramLabel = "S", description = "Decides everything that is random.")
  private long seed = 1;

  @Option(
      names = "--first-day",
      paramLabel = "YYYY-MM-DD",
      converter = DateConverter.class,
      description = "First day, UTC.")
  private LocalDate firstDay = LocalDate.of(2025, 1, 1);

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "CSV file to write; gzip if its name ends in .gz.")
  private Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PaymentSimulator simulator = new PaymentSimulator(config());
    long[] byScenario = new long[FraudScenario.values().length];
    try (OutputFile file = OutputFile.create(out);
        Progress progress = Progress.start("simulating", "days", days)) {
      PaymentCsv csv = new PaymentCsv(file.writer());
      for (int day = 0; day < days; day++) {
        for (Payment payment : simulator.nextDay()) {
          csv.write(payment);
          byScenario[payment.scenario().code()]++;
        }
        progress.step();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      file.commit();
    }
    spec.commandLine().getOut().println(summary(byScenario));
    return CommandLine.ExitCode.OK;
  }

  private SimulatorConfig config() {
    if (days < 1) {
      throw wrong("--days must be at least 1, but is " + days);
    }
    if (Files.isDirectory(out)) {
      throw wrong("--out " + out + " is a folder. Name a file.");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw wrong("--out " + out + ": there is no folder " + folder + ". Create it first.");
    }
    try {
      return new SimulatorConfig(customers, terminals, firstDay, seed);
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private String summary(long[] byScenario) {
    long genuine = byScenario[FraudScenario.GENUINE.code()];
    long largeAmount = byScenario[FraudScenario.LARGE_AMOUNT.code()];
    long compromised = byScenario[FraudScenario.COMPROMISED_TERMINAL.code()];
    long leaked = byScenario[FraudScenario.LEAKED_CARD.code()];
    long frauds = largeAmount + compromised + leaked;
    return String.format(
        Locale.ROOT,
        "%,d payments in %s, %,d of them frauds (large amount %,d, compromised terminal %,d, leaked"
            + " card %,d)",
        genuine + frauds,
        out,
        frauds,
        largeAmount,
        compromised,
        leaked);
  }

  /** Says what a date looks like; the platform's own message does not. */
  static final class DateConverter implements ITypeConverter<LocalDate> {
    @Override
    public LocalDate convert(String text) {
      try {
        return LocalDate.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is not a date such as 2025-01-31");
      }
    }
  }
}
