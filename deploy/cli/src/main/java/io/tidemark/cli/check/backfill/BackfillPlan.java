package io.tidemark.cli.check.backfill;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.check.backfill.BackfillStep.Basis;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.review.Recomputation;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a change asks to be computed again, step by step in an order in which it can be done.
 *
 * @param rowsPerSecond at which the durations are reckoned
 */
public record BackfillPlan(double rowsPerSecond, List<BackfillStep> steps) {
  /**
   * What {@code tidemark bench pipeline} measured in event-time order, with tables, on two cores.
   */
  public static final double DEFAULT_ROWS_PER_SECOND = 39_500;

  /** Of the file; raised when a key changes its meaning. */
  static final int SCHEMA = 1;

  private static final long SECONDS_PER_DAY = 86_400;

  public BackfillPlan {
    steps = List.copyOf(steps);
  }

  /**
   * What is known beside the contracts.
   *
   * @param tables the folder under which a job keeps its tables; null for none
   * @param since the first day whose results are wanted; null for all that the table holds
   * @param keys of each contract; null where nobody said
   * @param eventsPerSecond of each topic; null for as many as the contracts expect of the keys
   */
  public record Known(
      @Nullable Path tables,
      @Nullable LocalDate since,
      @Nullable Long keys,
      @Nullable Double eventsPerSecond,
      double rowsPerSecond) {
    public Known {
      if (!(rowsPerSecond > 0)) {
        throw new IllegalArgumentException("Not a throughput: " + rowsPerSecond);
      }
    }

    /** Of the topic that a step reads; empty where nothing says. */
    private OptionalDouble rate(Contracts contracts, Recomputation what) {
      if (eventsPerSecond != null) {
        return OptionalDouble.of(eventsPerSecond);
      }
      if (keys == null) {
        return OptionalDouble.empty();
      }
      double perKey = keys.doubleValue() / SECONDS_PER_DAY;
      return contracts.features().stream()
          .filter(contract -> !contract.entity().isEmpty())
          .filter(contract -> contract.source().equals(what.source().topic()))
          .mapToDouble(contract -> perKey * contract.state().eventsPerKeyPerDay())
          .max();
    }
  }

  /**
   * @throws IOException if a table cannot be read; the message says which and why
   */
  public static BackfillPlan of(Contracts before, Contracts after, Known known) throws IOException {
    Map<String, Optional<EventTable>> tables = new HashMap<>();
    List<BackfillStep> steps = new ArrayList<>();
    for (Recomputation what : Recomputation.of(before, after)) {
      String name = what.source().metadata().name();
      Path folder = known.tables;
      if (folder != null && !tables.containsKey(name)) {
        tables.put(name, EventTable.read(folder.resolve("events").resolve(name)));
      }
      Optional<EventTable> table = tables.getOrDefault(name, Optional.empty());
      steps.add(table.isPresent() ? ofTable(what, table.get(), known) : ofRate(after, what, known));
    }
    return new BackfillPlan(known.rowsPerSecond, steps);
  }

  private static BackfillStep ofTable(Recomputation what, EventTable table, Known known) {
    LocalDate first = table.firstDay().orElse(null);
    LocalDate since = known.since == null || isBefore(known.since, first) ? first : known.since;
    LocalDate from = first;
    Duration reach = what.reach();
    if (since != null && reach != null && first != null) {
      LocalDate day = since.minusDays((reach.toSeconds() + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY);
      from = day.isBefore(first) ? first : day;
    }
    EventTable.Size size = from == null ? EventTable.Size.NOTHING : table.since(from);
    return new BackfillStep(
        what,
        since,
        from,
        Basis.TABLE,
        size.rows(),
        size.bytes(),
        duration(size.rows(), known.rowsPerSecond));
  }

  private static boolean isBefore(LocalDate day, @Nullable LocalDate first) {
    return first != null && day.isBefore(first);
  }

  /** So many events that the windows of a running job are complete. */
  private static BackfillStep ofRate(Contracts contracts, Recomputation what, Known known) {
    Duration reach = what.reach();
    OptionalDouble rate = known.rate(contracts, what);
    if (reach == null || rate.isEmpty()) {
      return new BackfillStep(what, known.since, null, Basis.UNKNOWN, -1, -1, null);
    }
    long rows = Math.round(rate.getAsDouble() * reach.toSeconds());
    return new BackfillStep(
        what, null, null, Basis.RATE, rows, -1, duration(rows, known.rowsPerSecond));
  }

  private static Duration duration(long rows, double rowsPerSecond) {
    return Duration.ofSeconds((long) Math.ceil(rows / rowsPerSecond));
  }

  /** Of all steps, one after the other; null where one is unknown. */
  public @Nullable Duration duration() {
    Duration total = Duration.ZERO;
    for (BackfillStep step : steps) {
      if (step.duration() == null) {
        return null;
      }
      total = total.plus(step.duration());
    }
    return total;
  }

  /** The plan file: UTF-8 JSON; keys are added, never renamed. */
  public void write(Writer out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      writeObject(json);
    }
    out.write('\n');
  }

  /** The same as a value inside of another document. */
  public void writeObject(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("schema", SCHEMA);
    json.writeNumberField("rowsPerSecond", rowsPerSecond);
    writeSeconds("seconds", duration(), json);
    json.writeArrayFieldStart("steps");
    for (BackfillStep step : steps) {
      writeStep(step, json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeStep(BackfillStep step, JsonGenerator json) throws IOException {
    Recomputation what = step.what();
    EventContract source = what.source();
    json.writeStartObject();
    json.writeStringField("contract", what.contract());
    json.writeStringField("job", what.job());
    writeTexts("after", what.after(), json);
    writeTexts("features", what.features(), json);
    writeTexts("writes", what.tables(), json);
    json.writeObjectFieldStart("reads");
    json.writeStringField("topic", source.topic().toString());
    json.writeStringField("table", "events/" + source.metadata().name());
    writeTexts("masked", what.masked(), json);
    json.writeStringField("wantedSince", text(step.wantedSince()));
    json.writeStringField("from", text(step.readFrom()));
    json.writeStringField("reach", text(what.reach()));
    json.writeStringField("basis", step.basis().name().toLowerCase(Locale.ROOT));
    writeCount("rows", step.rows(), json);
    writeCount("bytes", step.bytes(), json);
    json.writeEndObject();
    writeSeconds("seconds", step.duration(), json);
    json.writeEndObject();
  }

  private static void writeTexts(String name, List<String> texts, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static void writeCount(String name, long count, JsonGenerator json) throws IOException {
    if (count < 0) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, count);
    }
  }

  private static void writeSeconds(String name, @Nullable Duration duration, JsonGenerator json)
      throws IOException {
    writeCount(name, duration == null ? -1 : duration.toSeconds(), json);
  }
}
