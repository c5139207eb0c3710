package io.tidemark.cli.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.review.FeatureState;
import io.tidemark.contract.review.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** A report for programs. Keys are added, never renamed; {@code schema} says when that ends. */
final class JsonReport {
  static final int SCHEMA = 1;

  private JsonReport() {}

  static void write(Report report, PrintWriter out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("schema", SCHEMA);
      json.writeStringField("summary", report.summary());
      json.writeStringField("base", report.base());
      json.writeStringField("failOn", report.failOn().toString());
      json.writeBooleanField("passed", report.passed());
      writeFindings(report.notices(), json);
      writeVersions(report.verdicts(), json);
      writeState(report.state(), json);
      writeSteps(report.steps(), json);
      json.writeEndObject();
    }
    out.println();
  }

  private static void writeFindings(List<Notice> notices, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("findings");
    for (Notice notice : notices) {
      json.writeStartObject();
      json.writeStringField("severity", notice.severity().toString());
      json.writeStringField("tier", notice.tier().isEmpty() ? null : notice.tier());
      json.writeStringField("rule", notice.rule());
      json.writeStringField("file", notice.place().file());
      json.writeNumberField("line", notice.place().line());
      json.writeNumberField("column", notice.place().column());
      json.writeBooleanField("inBase", notice.inBase());
      json.writeStringField("path", notice.path());
      json.writeStringField("found", notice.found());
      json.writeStringField("reason", notice.reason());
      json.writeArrayFieldStart("affects");
      for (String affected : notice.affected()) {
        json.writeString(affected);
      }
      json.writeEndArray();
      json.writeStringField("remedy", notice.remedy());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeVersions(List<Verdict> verdicts, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("versions");
    for (Verdict verdict : verdicts) {
      json.writeStartObject();
      json.writeStringField("kind", verdict.kind());
      json.writeStringField("name", verdict.name());
      json.writeStringField("before", verdict.before().toString());
      json.writeStringField("after", verdict.after().toString());
      json.writeStringField("needed", verdict.needed().toString());
      json.writeStringField("right", verdict.right().toString());
      json.writeBooleanField("isRight", verdict.isRight());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeState(List<StateRow> state, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("state");
    for (StateRow row : state) {
      json.writeStartObject();
      json.writeStringField("contract", row.contract());
      json.writeNumberField("bytesPerKeyBefore", row.bytesPerKeyBefore());
      json.writeNumberField("bytesPerKeyAfter", row.bytesPerKeyAfter());
      json.writeNumberField("keys", row.keys());
      json.writeNumberField("bytesBefore", row.bytesBefore());
      json.writeNumberField("bytesAfter", row.bytesAfter());
      json.writeArrayFieldStart("features");
      for (FeatureState feature : row.features()) {
        json.writeStartObject();
        json.writeStringField("name", feature.feature());
        json.writeStringField("answer", feature.answer().name().toLowerCase(Locale.ROOT));
        json.writeStringField("warmUp", feature.warmUp().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeSteps(List<Steps.Step> steps, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("steps");
    for (Steps.Step step : steps) {
      json.writeStartObject();
      json.writeStringField("stage", step.stage());
      json.writeStringField("action", step.action());
      json.writeNumberField("ms", step.millis());
      json.writeStringField("status", step.status().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
