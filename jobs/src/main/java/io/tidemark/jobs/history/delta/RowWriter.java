package io.tidemark.jobs.history.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Takes the values of one row after another, each by the position of its column, in ascending
 * order. Which method fits which column is the caller's matter, resolved once and not per row.
 */
public final class RowWriter {
  static final String MAP_ENTRIES = "key_value";
  static final String MAP_KEY = "key";
  static final String MAP_VALUE = "value";
  private static final long MICROS_PER_MILLI = 1_000;
  private static final int MAX_WORDS = 1_024;

  private final List<Column> columns;
  private final RecordConsumer consumer;

  /** Texts that many rows have, as Parquet wants them. */
  private final Map<String, Binary> words = new HashMap<>();

  RowWriter(TableSchema schema, RecordConsumer consumer) {
    this.columns = schema.columns();
    this.consumer = consumer;
  }

  public void setBoolean(int column, boolean value) {
    start(column);
    consumer.addBoolean(value);
    end(column);
  }

  public void setInteger(int column, int value) {
    start(column);
    consumer.addInteger(value);
    end(column);
  }

  public void setLong(int column, long value) {
    start(column);
    consumer.addLong(value);
    end(column);
  }

  public void setDouble(int column, double value) {
    start(column);
    consumer.addDouble(value);
    end(column);
  }

  public void setString(int column, String value) {
    start(column);
    consumer.addBinary(text(value));
    end(column);
  }

  /** The same with one of a few values, such as a status or a version. */
  public void setWord(int column, String value) {
    start(column);
    consumer.addBinary(word(value));
    end(column);
  }

  public void setTimestamp(int column, long epochMillis) {
    setLong(column, Math.multiplyExact(epochMillis, MICROS_PER_MILLI));
  }

  /** Keys and values are few, such as names of features and their statuses. */
  public void setStringMap(int column, Map<String, String> values) {
    start(column);
    consumer.startGroup();
    if (!values.isEmpty()) {
      consumer.startField(MAP_ENTRIES, 0);
      for (Map.Entry<String, String> entry : values.entrySet()) {
        consumer.startGroup();
        consumer.startField(MAP_KEY, 0);
        consumer.addBinary(word(entry.getKey()));
        consumer.endField(MAP_KEY, 0);
        consumer.startField(MAP_VALUE, 1);
        consumer.addBinary(word(entry.getValue()));
        consumer.endField(MAP_VALUE, 1);
        consumer.endGroup();
      }
      consumer.endField(MAP_ENTRIES, 0);
    }
    consumer.endGroup();
    end(column);
  }

  private Binary word(String value) {
    Binary known = words.get(value);
    if (known == null) {
      if (words.size() == MAX_WORDS) {
        words.clear();
      }
      known = text(value);
      words.put(value, known);
    }
    return known;
  }

  private static Binary text(String value) {
    return Binary.fromConstantByteArray(value.getBytes(UTF_8));
  }

  private void start(int column) {
    consumer.startField(columns.get(column).name(), column);
  }

  private void end(int column) {
    consumer.endField(columns.get(column).name(), column);
  }
}
