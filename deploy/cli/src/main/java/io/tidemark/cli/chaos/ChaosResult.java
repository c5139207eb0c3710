package io.tidemark.cli.chaos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the payments.
 *
 * @param seed of the faults
 * @param payments how many there were
 * @param planned how many faults were to happen
 * @param faults those that did, in order
 * @param restarts how often the job was started again, those apart that a new job manager did
 * @param scores accounts of committed scores, read during the faults and afterwards
 * @param tables accounts of the history's tables: events, features, scores
 * @param control account of what was written to the scores' topic, committed or not
 * @param filesAddedTwice in the logs of all tables
 * @param duration from the submission of the job until it had finished
 */
public record ChaosResult(
    long seed,
    int payments,
    int planned,
    List<Fault> faults,
    long restarts,
    int completedCheckpoints,
    int failedCheckpoints,
    List<Ledger.Account> scores,
    List<Ledger.Account> tables,
    Ledger.Account control,
    int filesAddedTwice,
    Duration duration) {
  private static final String FAULT = "%-4s %-20s %-16s %8s %11s%n";
  private static final String ACCOUNT = "%-32s %10s %8s %8s %8s %8s%n";

  public ChaosResult {
    faults = List.copyOf(faults);
    scores = List.copyOf(scores);
    tables = List.copyOf(tables);
  }

  /**
   * Why the run is no proof, one reason per line: something was lost, doubled or wrong, or a fault
   * did not happen, or no record had ever to be taken back. Empty if it is one.
   */
  public List<String> objections() {
    List<String> objections = new ArrayList<>();
    for (Ledger.Account account : exact()) {
      if (!account.isExact()) {
        objections.add(account.place() + ": not every payment once and right");
      }
    }
    if (filesAddedTwice > 0) {
      objections.add("history: " + filesAddedTwice + " files were added twice");
    }
    if (faults.size() < planned) {
      objections.add(
          "the job had finished after "
              + faults.size()
              + " of "
              + planned
              + " faults: give it"
              + " more --minutes");
    }
    if (!faults.isEmpty() && control.doubled() == 0) {
      objections.add(
          "control: NOT PROVEN, no fault came between writing and committing: give it more"
              + " --faults");
    }
    return objections;
  }

  private List<Ledger.Account> exact() {
    List<Ledger.Account> accounts = new ArrayList<>(scores);
    accounts.addAll(tables);
    return accounts;
  }

  /** Tables and figures for people. */
  public String table() {
    StringBuilder text = new StringBuilder();
    add(text, FAULT, "", "fault", "process", "at s", "recovery s");
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      add(
          text,
          FAULT,
          i + 1,
          fault.kind().label(),
          fault.process(),
          seconds(fault.at()),
          seconds(fault.recovery()));
    }
    text.append(System.lineSeparator());
    add(text, ACCOUNT, "place", "records", "lost", "doubled", "foreign", "wrong");
    for (Ledger.Account account : exact()) {
      add(text, ACCOUNT, row(account));
    }
    Object[] all = row(control);
    all[5] = "-"; // What is taken back may say anything.
    add(text, ACCOUNT, all);
    text.append(System.lineSeparator());
    add(
        text,
        "%,d payments in %s s, %d faults, recovery p50 %s s, longest %s s%n",
        payments,
        seconds(duration),
        faults.size(),
        seconds(recovery(0.5)),
        seconds(recovery(1)));
    add(
        text,
        "%d restarts by the job manager, %d checkpoints completed, %d failed, %d files added twice%n",
        restarts,
        completedCheckpoints,
        failedCheckpoints,
        filesAddedTwice);
    add(
        text,
        "lost %d, doubled %d, features wrong %d; the control saw %d duplicates%n",
        lost(),
        doubled(),
        featuresWrong(),
        control.doubled());
    return text.toString();
  }

  private static void add(StringBuilder text, String format, @Nullable Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static Object[] row(Ledger.Account account) {
    return new Object[] {
      account.place(),
      account.records(),
      account.lost(),
      account.doubled(),
      account.foreign(),
      account.wrong()
    };
  }

  /** One line for programs. */
  public String json() throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("seed", seed);
      json.writeNumberField("payments", payments);
      json.writeFieldName("seconds");
      json.writeNumber(seconds(duration));
      json.writeNumberField("faults", faults.size());
      json.writeFieldName("recovery_p50_s");
      writeSeconds(json, recovery(0.5));
      json.writeFieldName("recovery_max_s");
      writeSeconds(json, recovery(1));
      json.writeNumberField("restarts", restarts);
      json.writeNumberField("checkpoints_completed", completedCheckpoints);
      json.writeNumberField("checkpoints_failed", failedCheckpoints);
      json.writeNumberField("lost", lost());
      json.writeNumberField("doubled", doubled());
      json.writeNumberField("control_duplicates", control.doubled());
      json.writeNumberField("features_wrong", featuresWrong());
      json.writeNumberField("scores_wrong", scoresWrong());
      json.writeNumberField("files_added_twice", filesAddedTwice);
      json.writeBooleanField("proven", objections().isEmpty());
      json.writeEndObject();
    }
    return out.toString();
  }

  private static void writeSeconds(JsonGenerator json, @Nullable Duration duration)
      throws IOException {
    if (duration == null) {
      json.writeNull();
    } else {
      json.writeNumber(seconds(duration));
    }
  }

  private long lost() {
    return exact().stream().mapToLong(Ledger.Account::lost).sum();
  }

  private long doubled() {
    return exact().stream().mapToLong(Ledger.Account::doubled).sum();
  }

  private long featuresWrong() {
    return tables.stream()
        .filter(table -> table.place().equals(ChaosRun.FEATURES))
        .mapToLong(Ledger.Account::wrong)
        .sum();
  }

  private long scoresWrong() {
    return exact().stream().mapToLong(Ledger.Account::wrong).sum() - featuresWrong();
  }

  /** The longest of this share of the recoveries; null where there was none. */
  private @Nullable Duration recovery(double share) {
    List<Duration> recoveries =
        faults.stream().map(Fault::recovery).filter(Objects::nonNull).sorted().toList();
    return recoveries.isEmpty()
        ? null
        : recoveries.get(Math.max(0, (int) Math.ceil(share * recoveries.size()) - 1));
  }

  private static String seconds(@Nullable Duration duration) {
    return duration == null
        ? "-"
        : String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1_000.0);
  }
}
