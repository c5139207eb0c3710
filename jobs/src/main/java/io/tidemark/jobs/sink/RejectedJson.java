package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.jobs.event.RejectedRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Rejected records as one JSON object per line, for a person who mends a file. */
public final class RejectedJson implements LineFormat<RejectedRecord> {
  private static final long serialVersionUID = 1L;
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public String header() {
    return "";
  }

  @Override
  public void append(RejectedRecord rejected, StringBuilder line) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("reason", rejected.reason().label());
      json.writeStringField("detail", rejected.detail());
      json.writeStringField("source", rejected.source());
      json.writeNumberField("position", rejected.position());
      json.writeStringField("form", rejected.form().label());
      byte[] payload = rejected.payload();
      if (payload != null) {
        json.writeStringField("payload", new String(payload, UTF_8));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    line.append(text);
  }
}
