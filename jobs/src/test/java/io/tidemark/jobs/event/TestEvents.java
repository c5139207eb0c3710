package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.Pii;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TopicUri;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** A contract with a field of every type, and events of it. */
public final class TestEvents {
  /** 2026-01-01, for ever. */
  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  public static final Origin ORIGIN = new Origin("payments", 2, 17, 1_000);

  static final EventField ID = new EventField("id", FieldType.LONG, false, null, null, null);
  static final EventField AT = new EventField("at", FieldType.TIMESTAMP, false, null, null, null);

  /** Two of its fields identify a person: {@code customer} and {@code card}. */
  public static final EventSchema SCHEMA =
      schema(
          "id",
          "at",
          ID,
          AT,
          new EventField("customer", FieldType.STRING, false, null, null, Pii.HMAC),
          new EventField("amount", FieldType.DOUBLE, false, 0.0, 1e6, null),
          new EventField("count", FieldType.INT, true, -5.0, null, null),
          new EventField("card", FieldType.LONG, true, null, 9e15, Pii.MASK),
          new EventField("online", FieldType.BOOLEAN, true, null, null, null),
          new EventField("shop", FieldType.STRING, true, null, null, null));

  private TestEvents() {}

  /** A contract whose times reach from 2000 to an hour ahead, out of order by ten seconds. */
  public static EventSchema schema(String id, String time, EventField... fields) {
    return new EventSchema(
        new EventContract(
            new Metadata("payments", new SemanticVersion(1, 0, 0), "tests", ""),
            new TopicUri("payments"),
            new TopicUri("payments_rejected"),
            new TopicUri("payments_late"),
            EventFormat.JSON,
            id,
            new EventTime(
                time,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ZERO,
                Instant.parse("2000-01-01T00:00:00Z"),
                Duration.ofHours(1)),
            List.of(fields)));
  }

  /** A valid event with a member instead of, or beside, the usual ones. */
  static String json(String name, String value) {
    StringBuilder json = new StringBuilder();
    for (String[] member :
        new String[][] {
          {"id", "7"},
          {"at", "\"2025-06-01T12:00:00Z\""},
          {"customer", "\"C1\""},
          {"amount", "12.5"}
        }) {
      if (!member[0].equals(name)) {
        json.append(json.isEmpty() ? "{" : ",").append('"' + member[0] + "\":" + member[1]);
      }
    }
    return json.append(",\"" + name + "\":" + value + "}").toString();
  }

  static Ingested decode(EventSchema schema, byte[] value) {
    return new JsonEventDecoder(schema, CLOCK).decode(value, ORIGIN);
  }

  /** The event of a text that must be accepted. */
  public static Event event(EventSchema schema, String json) {
    Ingested ingested = decode(schema, json.getBytes(UTF_8));
    Event event = ingested.event();
    if (event == null) {
      throw new AssertionError("Rejected: " + ingested.rejected());
    }
    return event;
  }

  /** An event of {@link #SCHEMA} with every field. */
  public static Event full() {
    return event(
        SCHEMA,
        """
        {"id":9007199254740993,"at":"2025-06-01T12:00:00.250+02:00","customer":"Zoë 😀",\
        "amount":0.1,"count":-5,"card":4539148803436467,"online":true,"shop":""}""");
  }

  /** An event of {@link #SCHEMA} with required fields only. */
  public static Event sparse() {
    return event(SCHEMA, json("amount", "0"));
  }
}
