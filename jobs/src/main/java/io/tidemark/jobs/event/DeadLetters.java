package io.tidemark.jobs.event;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what of a rejected record's bytes may be kept: all of them where the contract names
 * nobody; with the fields that identify a person masked where they can be told apart; nothing but
 * length and digest where they cannot.
 */
final class DeadLetters {
  /** Stands in the place of a value that identifies a person. */
  static final String MASK = "***";

  // The writer must repeat what the reader accepted: NaN unquoted, a name twice.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private final Set<String> personal;

  DeadLetters(EventContract contract) {
    this.personal =
        contract.fields().stream()
            .filter(field -> field.pii() != null)
            .map(EventField::name)
            .collect(Collectors.toUnmodifiableSet());
  }

  RejectedRecord rejected(
      RejectionReason reason, String detail, byte @Nullable [] value, Origin origin) {
    if (value == null) {
      return record(reason, detail, origin, null, RejectedRecord.Form.ORIGINAL, -1, "");
    }
    byte[] kept = value;
    RejectedRecord.Form form = RejectedRecord.Form.ORIGINAL;
    if (!personal.isEmpty() && value.length > 0) {
      byte[] masked = masked(value);
      if (masked == null) {
        return record(
            reason,
            detail,
            origin,
            null,
            RejectedRecord.Form.WITHHELD,
            value.length,
            sha256(value));
      }
      kept = masked;
      form = RejectedRecord.Form.MASKED;
    }
    if (kept.length > RejectedRecord.MAX_PAYLOAD_BYTES) {
      kept = Arrays.copyOf(kept, RejectedRecord.MAX_PAYLOAD_BYTES);
      form = RejectedRecord.Form.TRUNCATED;
    }
    String digest = form == RejectedRecord.Form.ORIGINAL ? "" : sha256(value);
    return record(reason, detail, origin, kept, form, value.length, digest);
  }

  /** An accepted event whose id was accepted before; where it came from is no longer known. */
  static RejectedRecord duplicate(EventSchema schema, Event event) {
    byte[] bytes = EventJson.bytes(schema, event);
    byte[] kept = EventJson.bytes(schema, event, true);
    boolean whole = Arrays.equals(bytes, kept);
    return record(
        RejectionReason.DUPLICATE_ID,
        "An event with id "
            + EventFields.text(schema, schema.idField(), event)
            + " was accepted before",
        new Origin(schema.contract().topic().topic(), -1, -1, event.ingestedAtMillis()),
        kept,
        whole ? RejectedRecord.Form.ORIGINAL : RejectedRecord.Form.MASKED,
        bytes.length,
        whole ? "" : sha256(bytes));
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

  /** The same JSON with every personal field masked at any depth; null where it is no JSON. */
  private byte @Nullable [] masked(byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length);
    try (JsonParser parser = JSON.createParser(value);
        JsonGenerator generator = JSON.createGenerator(out, JsonEncoding.UTF8)) {
      while (true) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          break;
        }
        if (token == JsonToken.FIELD_NAME && personal.contains(parser.currentName())) {
          generator.writeStringField(parser.currentName(), MASK);
          parser.nextToken();
          parser.skipChildren();
        } else {
          generator.copyCurrentEventExact(parser);
        }
      }
    } catch (IOException e) {
      return null;
    }
    return out.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }
}
