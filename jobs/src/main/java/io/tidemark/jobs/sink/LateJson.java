package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventJson;
import io.tidemark.jobs.event.EventSchema;

/** Late events as one JSON object per line, as their contract describes them. */
public final class LateJson implements LineFormat<Event> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;

  public LateJson(EventSchema schema) {
    this.schema = schema;
  }

  @Override
  public String header() {
    return "";
  }

  @Override
  public void append(Event event, StringBuilder line) {
    line.append(new String(EventJson.bytes(schema, event), UTF_8));
  }
}
