package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tidemark.contract.EventField;
import io.tidemark.contract.FieldType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes events written as one JSON object: a value is either an event that the contract accepts
 * or a rejection with its reason, never an exception. Fields that the contract does not name are
 * skipped. Used by one thread.
 */
public final class JsonEventDecoder {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final EventBuilder builder;
  private final Map<String, Integer> fieldIndex = new HashMap<>();
  private final DeadLetters deadLetters;

  public JsonEventDecoder(EventSchema schema, Clock clock) {
    this.builder = new EventBuilder(schema, clock);
    this.deadLetters = new DeadLetters(schema.contract());
    List<EventField> fields = schema.fields();
    for (int i = 0; i < fields.size(); i++) {
      fieldIndex.put(fields.get(i).name(), i);
    }
  }

  /**
   * @param value bytes of the record, null for a record without a value
   */
  public Ingested decode(byte @Nullable [] value, Origin origin) {
    try {
      return Ingested.accepted(event(value, origin.timestampMillis()));
    } catch (RejectedException e) {
      return Ingested.rejected(deadLetters.json(e.reason(), e.detail(), value, origin));
    }
  }

  private Event event(byte @Nullable [] value, long ingestedAtMillis) throws RejectedException {
    if (value == null) {
      throw new RejectedException(RejectionReason.NULL_VALUE, "The record has no value");
    }
    if (value.length > RejectedRecord.MAX_PAYLOAD_BYTES) {
      throw new RejectedException(
          RejectionReason.TOO_LARGE,
          "The record has "
              + value.length
              + " bytes; an event has at most "
              + RejectedRecord.MAX_PAYLOAD_BYTES);
    }
    if (!isUtf8(value)) {
      throw new RejectedException(RejectionReason.MALFORMED, "Not UTF-8 text");
    }
    try (JsonParser parser = JSON.createParser(value)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new RejectedException(RejectionReason.EMPTY, "The record is empty");
      }
      if (first != JsonToken.START_OBJECT) {
        throw new RejectedException(
            RejectionReason.NOT_AN_OBJECT, "The record must be a JSON object");
      }
      builder.begin();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        Integer field = fieldIndex.get(parser.currentName());
        JsonToken token = parser.nextToken();
        if (field == null) {
          parser.skipChildren();
        } else {
          builder.claim(field);
          read(parser, token, field);
        }
      }
      if (parser.nextToken() != null) {
        throw new RejectedException(RejectionReason.MALFORMED, "Something follows the JSON object");
      }
      return builder.build(ingestedAtMillis);
    } catch (StreamConstraintsException e) {
      throw new RejectedException(
          RejectionReason.MALFORMED,
          "The JSON is nested deeper, or has a longer name or number, than is read");
    } catch (JsonProcessingException e) {
      throw new RejectedException(
          RejectionReason.MALFORMED,
          "Not well-formed JSON at byte " + e.getLocation().getByteOffset());
    } catch (IOException e) {
      throw new UncheckedIOException("Reading from memory cannot fail", e);
    }
  }

  /**
   * Whether the parser may see it: left to itself it guesses UTF-16 and UTF-32 from null bytes at
   * the start, and takes overlong forms and halves of surrogate pairs.
   */
  private static boolean isUtf8(byte[] value) {
    int all = 0;
    for (byte b : value) {
      all |= b;
    }
    for (int i = 0; i < Math.min(value.length, 4); i++) {
      if (value[i] == 0) {
        return false;
      }
    }
    if (all >= 0) {
      return true;
    }
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void read(JsonParser parser, JsonToken token, int field)
      throws IOException, RejectedException {
    if (token == JsonToken.VALUE_NULL) {
      builder.setNull(field);
      return;
    }
    FieldType type = builder.type(field);
    switch (type) {
      case INT, LONG -> {
        require(token == JsonToken.VALUE_NUMBER_INT, parser, field);
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          builder.setInteger(field, parser.getBigIntegerValue());
        } else {
          builder.setInteger(field, parser.getLongValue());
        }
      }
      case DOUBLE -> {
        require(token.isNumeric(), parser, field);
        builder.setDouble(field, parser.getDoubleValue());
      }
      case BOOLEAN -> {
        require(token.isBoolean(), parser, field);
        builder.setBoolean(field, token == JsonToken.VALUE_TRUE);
      }
      case STRING -> {
        require(token == JsonToken.VALUE_STRING, parser, field);
        builder.setText(field, parser.getText());
      }
      case TIMESTAMP -> {
        require(token == JsonToken.VALUE_STRING, parser, field);
        builder.setTimestamp(field, parser.getText());
      }
    }
  }

  private void require(boolean holds, JsonParser parser, int field)
      throws IOException, RejectedException {
    if (!holds) {
      throw builder.wrongType(field, parser.getText());
    }
  }
}
