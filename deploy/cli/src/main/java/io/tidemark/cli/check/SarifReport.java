package io.tidemark.cli.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.contract.review.Meaning;
import io.tidemark.contract.review.Rule;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A report for code scanning.
 *
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">SARIF 2.1.0</a>
 */
final class SarifReport {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private SarifReport() {}

  static void write(Report report, PrintWriter out) throws IOException {
    Map<String, String> rules = rules();
    List<String> ids = List.copyOf(rules.keySet());
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("$schema", SCHEMA);
      json.writeStringField("version", "2.1.0");
      json.writeArrayFieldStart("runs");
      json.writeStartObject();
      json.writeObjectFieldStart("tool");
      json.writeObjectFieldStart("driver");
      json.writeStringField("name", "tidemark");
      json.writeArrayFieldStart("rules");
      for (Map.Entry<String, String> rule : rules.entrySet()) {
        json.writeStartObject();
        json.writeStringField("id", rule.getKey());
        writeText(json, "shortDescription", rule.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
      json.writeStringField("columnKind", "unicodeCodePoints");
      json.writeArrayFieldStart("results");
      for (Notice notice : report.notices()) {
        writeResult(notice, ids.indexOf(notice.rule()), json);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    }
    out.println();
  }

  /** Each with a sentence. */
  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put(Notice.INVALID, "A contract cannot be used as it is written.");
    rules.put(Notice.MODEL, "A model is not what its contract says, or cannot be run.");
    rules.put(Notice.BASE, "There is nothing valid to compare the contracts with.");
    for (Rule rule : Rule.values()) {
      rules.put(rule.id(), rule.description());
    }
    return rules;
  }

  private static void writeResult(Notice notice, int ruleIndex, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", notice.rule());
    json.writeNumberField("ruleIndex", ruleIndex);
    json.writeStringField(
        "level",
        switch (notice.severity()) {
          case BREAKING -> "error";
          case WARNING -> "warning";
          case INFO -> "note";
        });
    writeText(json, "message", notice.text());
    json.writeArrayFieldStart("locations");
    if (!notice.inBase()) {
      json.writeStartObject();
      json.writeObjectFieldStart("physicalLocation");
      json.writeObjectFieldStart("artifactLocation");
      json.writeStringField("uri", uri(notice.place().file()));
      json.writeEndObject();
      json.writeObjectFieldStart("region");
      json.writeNumberField("startLine", notice.place().line());
      json.writeNumberField("startColumn", notice.place().column());
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("partialFingerprints");
    // The line is left out: the same finding two lines further down is the same finding.
    json.writeStringField(
        "tidemark/v1",
        Meaning.hash(
            String.join(
                "\n", notice.rule(), notice.place().file(), notice.path(), notice.found())));
    json.writeEndObject();
    json.writeObjectFieldStart("properties");
    json.writeArrayFieldStart("tags");
    json.writeString(notice.tier().isEmpty() ? "validation" : notice.tier());
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String field, String text) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeStringField("text", text);
    json.writeEndObject();
  }

  /** Relative to where the check was started, unless the file was named from the root. */
  private static String uri(String file) {
    Path path = Path.of(file);
    String absolute = path.toUri().toString();
    if (path.isAbsolute()) {
      return absolute;
    }
    String here = Path.of("").toAbsolutePath().toUri().toString();
    String folder = here.endsWith("/") ? here : here + "/";
    return absolute.startsWith(folder) ? absolute.substring(folder.length()) : absolute;
  }
}
