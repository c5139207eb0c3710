package io.tidemark.cli.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.check.sample.Histogram;
import io.tidemark.cli.check.sample.SampleEffect;
import io.tidemark.cli.check.sample.ValueChange;
import io.tidemark.cli.check.sample.ValueChange.Summary;
import io.tidemark.contract.review.FeatureState;
import io.tidemark.contract.review.Verdict;
import io.tidemark.jobs.drift.SampleDistance;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
      json.writeFieldName("backfill");
      if (report.backfill() == null) {
        json.writeNull();
      } else {
        report.backfill().writeObject(json);
      }
      writeSample(report.sample(), json);
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

  private static void writeSample(@Nullable SampleEffect sample, JsonGenerator json)
      throws IOException {
    if (sample == null) {
      json.writeNullField("sample");
      return;
    }
    json.writeObjectFieldStart("sample");
    json.writeStringField("file", sample.sample());
    json.writeStringField("event", sample.event());
    json.writeNumberField("events", sample.accepted());
    json.writeNumberField("rejectedBefore", sample.rejectedBefore());
    json.writeNumberField("rejectedAfter", sample.rejectedAfter());
    json.writeBooleanField("truncated", sample.truncated());
    json.writeStringField("length", sample.length().toString());
    writeValues("features", sample.features(), json);
    writeValues("scores", sample.scores(), json);
    json.writeEndObject();
  }

  private static void writeValues(String name, List<ValueChange> changes, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (ValueChange change : changes) {
      json.writeStartObject();
      json.writeStringField("name", change.name());
      json.writeNumberField("rows", change.rows());
      json.writeNumberField("changed", change.changed());
      SampleDistance distance = change.distance();
      writeNumber("ks", distance == null ? Double.NaN : distance.ks(), json);
      writeNumber("psi", distance == null ? Double.NaN : distance.psi(), json);
      writeSummary("before", change.before(), json);
      writeSummary("after", change.after(), json);
      json.writeArrayFieldStart("histogram");
      for (Histogram.Bin bin : change.histogram().bins()) {
        json.writeStartObject();
        json.writeStringField("bin", bin.label());
        json.writeNumberField("before", bin.before());
        json.writeNumberField("after", bin.after());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeSummary(String name, @Nullable Summary side, JsonGenerator json)
      throws IOException {
    if (side == null) {
      json.writeNullField(name);
      return;
    }
    json.writeObjectFieldStart(name);
    writeNumber("mean", side.mean(), json);
    json.writeNumberField("missing", side.missing());
    json.writeNumberField("defaulted", side.defaulted());
    json.writeEndObject();
  }

  /** JSON has no NaN: null stands for it. */
  private static void writeNumber(String name, double number, JsonGenerator json)
      throws IOException {
    if (Double.isNaN(number)) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, number);
    }
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
