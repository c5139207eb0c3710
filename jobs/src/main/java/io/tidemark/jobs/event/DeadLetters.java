package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a rejected record may be kept. Where the contract names no field that identifies
 * a person, all of it. Where it names one, only scalar values of the fields it declares to identify
 * nobody: those that do, fields it does not know, and everything nested are masked, and a record
 * whose fields cannot be told apart is withheld. A masked record has no digest either: with the
 * rest of the record at hand, a short personal value is found by trying them all.
 */
final class DeadLetters {
  private static final int SHOWN_CHARACTERS = 40;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final boolean personal;
  private final Set<String> impersonal;

  DeadLetters(EventContract contract) {
    this.personal = contract.fields().stream().anyMatch(field -> field.pii() != null);
    this.impersonal =
        contract.fields().stream()
            .filter(field -> field.pii() == null)
            .map(EventField::name)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** A record that should have been a JSON object. */
  RejectedRecord json(
      RejectionReason reason, String detail, byte @Nullable [] value, Origin origin) {
    if (value == null) {
      return record(reason, detail, origin, null, RejectedRecord.Form.ORIGINAL, -1, "");
    }
    boolean whole = !personal || value.length == 0;
    return rejected(reason, detail, origin, value, whole ? value : masked(value));
  }

  /**
   * A row of a CSV file.
   *
   * @param columns names of the columns; a row with another number of values cannot be told apart
   */
  RejectedRecord row(
      RejectionReason reason,
      String detail,
      List<String> columns,
      List<String> row,
      Origin origin) {
    byte[] value = line(row);
    if (!personal) {
      return rejected(reason, detail, origin, value, value);
    }
    if (row.size() != columns.size()) {
      return rejected(reason, detail, origin, value, null);
    }
    List<String> masked = new ArrayList<>(row);
    for (int column = 0; column < masked.size(); column++) {
      if (!impersonal.contains(columns.get(column))) {
        masked.set(column, EventFields.MASK);
      }
    }
    return rejected(reason, detail, origin, value, line(masked));
  }

  /** An accepted event whose id was accepted before; where it came from is no longer known. */
  static RejectedRecord duplicate(EventSchema schema, Event event) {
    int id = schema.idField();
    byte[] bytes = EventJson.bytes(schema, event);
    return new DeadLetters(schema.contract())
        .rejected(
            RejectionReason.DUPLICATE_ID,
            "An event with id "
                + shown(
                    schema.fields().get(id), String.valueOf(EventFields.text(schema, id, event)))
                + " was accepted before",
            new Origin(schema.contract().topic().topic(), -1, -1, event.ingestedAtMillis()),
            bytes,
            EventJson.bytes(schema, event, true));
  }

  /** A value as an error may show it: shortened, and not at all where it identifies a person. */
  static String shown(EventField field, String value) {
    if (field.pii() != null) {
      return "a value that identifies a person and is not shown";
    }
    if (value.length() <= SHOWN_CHARACTERS) {
      return "'" + value + "'";
    }
    boolean cutsPair = Character.isHighSurrogate(value.charAt(SHOWN_CHARACTERS - 1));
    String start = value.substring(0, cutsPair ? SHOWN_CHARACTERS - 1 : SHOWN_CHARACTERS);
    return "'" + start + "…' (" + value.length() + " characters)";
  }

  /**
   * @param kept what may be kept of the value, null where nothing may
   */
  private RejectedRecord rejected(
      RejectionReason reason, String detail, Origin origin, byte[] value, byte @Nullable [] kept) {
    if (kept == null) {
      return record(reason, detail, origin, null, RejectedRecord.Form.WITHHELD, value.length, "");
    }
    if (kept.length > RejectedRecord.MAX_PAYLOAD_BYTES) {
      return record(
          reason,
          detail,
          origin,
          Arrays.copyOf(kept, RejectedRecord.MAX_PAYLOAD_BYTES),
          RejectedRecord.Form.TRUNCATED,
          value.length,
          personal ? "" : sha256(value));
    }
    RejectedRecord.Form form =
        Arrays.equals(kept, value) ? RejectedRecord.Form.ORIGINAL : RejectedRecord.Form.MASKED;
    return record(reason, detail, origin, kept, form, value.length, "");
  }

  private static RejectedRecord record(
      RejectionReason reason,
      String detail,
      Origin origin,
      byte @Nullable [] payload,
      RejectedRecord.Form form,
      int originalBytes,
      String sha256) {
    return new RejectedRecord(
        reason,
        detail,
        origin.source(),
        origin.partition(),
        origin.position(),
        origin.timestampMillis(),
        payload,
        form,
        originalBytes,
        sha256);
  }

  /** The JSON object with its values masked but for impersonal scalars; null where it is none. */
  private byte @Nullable [] masked(byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length);
    try (JsonParser parser = JSON.createParser(value);
        JsonGenerator generator = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      generator.writeStartObject();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        generator.writeFieldName(name);
        JsonToken token = parser.nextToken();
        if (!token.isScalarValue() || !impersonal.contains(name)) {
          generator.writeString(EventFields.MASK);
          parser.skipChildren();
        } else if (token.isNumeric()) {
          // As it stands: not every number that can be written can be held.
          generator.writeNumber(parser.getText());
        } else {
          generator.copyCurrentEvent(parser);
        }
      }
      generator.writeEndObject();
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (IOException e) {
      return null;
    }
    return out.toByteArray();
  }

  /** The values as one line of CSV, without a line end. */
  private static byte[] line(List<String> row) {
    StringWriter out = new StringWriter();
    CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out).writeRecord(row);
    String line = out.toString();
    return line.substring(0, line.length() - 1).getBytes(UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
