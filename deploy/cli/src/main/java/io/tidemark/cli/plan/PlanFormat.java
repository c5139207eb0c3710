package io.tidemark.cli.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.jobs.RestorePlan;
import io.tidemark.jobs.RestorePlan.PlannedContract;
import io.tidemark.jobs.RestorePlan.PlannedFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The forms of a plan. */
public enum PlanFormat {
  /** For people, one line for each feature. */
  TEXT {
    @Override
    public void write(RestorePlan plan, PrintWriter out) {
      plan.lines().forEach(out::println);
      if (!plan.gone().isEmpty()) {
        out.println(
            "Submit the job with --allowNonRestoredState: the state of "
                + String.join(", ", plan.gone())
                + " is dropped for good.");
      }
    }
  },

  /** For programs. Keys are added, never renamed; {@code schema} says when that ends. */
  JSON {
    @Override
    public void write(RestorePlan plan, PrintWriter out) throws IOException {
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.useDefaultPrettyPrinter();
        json.writeStartObject();
        json.writeNumberField("schema", SCHEMA);
        json.writeStringField("savepoint", plan.savepoint());
        json.writeBooleanField("refused", plan.isRefused());
        json.writeArrayFieldStart("refusals");
        for (String refusal : plan.refusals()) {
          json.writeString(refusal);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("contracts");
        for (PlannedContract contract : plan.contracts()) {
          writeContract(contract, json);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      out.println();
    }
  };

  static final int SCHEMA = 1;

  public abstract void write(RestorePlan plan, PrintWriter out) throws IOException;

  static void writeContract(PlannedContract contract, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("contract", contract.name());
    json.writeArrayFieldStart("entity");
    for (String field : contract.entity()) {
      json.writeString(field);
    }
    json.writeEndArray();
    json.writeStringField("eventsUpTo", text(contract.asOf()));
    json.writeBooleanField("gone", contract.gone());
    json.writeArrayFieldStart("features");
    for (PlannedFeature feature : contract.features()) {
      json.writeStartObject();
      json.writeStringField("feature", feature.name());
      json.writeStringField("version", feature.version().toString());
      json.writeStringField(
          "answer", feature.answer().name().toLowerCase(Locale.ROOT).replace('_', ' '));
      json.writeStringField("completeFrom", text(feature.completeFrom()));
      json.writeStringField("reason", feature.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
