package io.tidemark.jobs.history.delta;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.api.Binary;

/**
 * What Delta Lake keeps of a file so that readers can pass over it, taken from the file's own
 * footer: how many rows, and per column the least and the greatest value and how many are null.
 *
 * <p>Bounds are left out where they would mislead or bloat the log: of doubles that hold NaN or an
 * infinity, of texts longer than {@value #MAX_TEXT_CHARACTERS} characters, of booleans and maps.
 *
 * @see <a
 *     href="https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics">Per-file
 *     statistics in Delta's protocol</a>
 */
final class FileStatistics {
  static final int MAX_TEXT_CHARACTERS = 64;

  private static final JsonFactory JSON = new JsonFactory();
  private static final long MICROS_PER_MILLI = 1_000;
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private FileStatistics() {}

  static String json(TableSchema schema, ParquetMetadata footer) throws IOException {
    long rows = 0;
    Map<String, Statistics<?>> byColumn = new LinkedHashMap<>();
    for (BlockMetaData block : footer.getBlocks()) {
      rows += block.getRowCount();
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (chunk.getPath().size() == 1) {
          Statistics<?> statistics = chunk.getStatistics();
          byColumn.merge(
              chunk.getPath().toArray()[0],
              statistics.copy(),
              (all, more) -> {
                all.mergeStatistics(more);
                return all;
              });
        }
      }
    }
    List<Column> bounded = new ArrayList<>();
    for (Column column : schema.columns()) {
      Statistics<?> statistics = byColumn.get(column.name());
      if (statistics != null && statistics.hasNonNullValue() && isBounded(column, statistics)) {
        bounded.add(column);
      }
    }
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("numRecords", rows);
      json.writeObjectFieldStart("minValues");
      for (Column column : bounded) {
        json.writeFieldName(column.name());
        write(column, lower(byColumn.get(column.name()).genericGetMin()), json);
      }
      json.writeEndObject();
      json.writeObjectFieldStart("maxValues");
      for (Column column : bounded) {
        json.writeFieldName(column.name());
        write(column, upper(byColumn.get(column.name()).genericGetMax()), json);
      }
      json.writeEndObject();
      json.writeObjectFieldStart("nullCount");
      for (Map.Entry<String, Statistics<?>> column : byColumn.entrySet()) {
        json.writeNumberField(column.getKey(), column.getValue().getNumNulls());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static boolean isBounded(Column column, Statistics<?> statistics) {
    Object min = statistics.genericGetMin();
    Object max = statistics.genericGetMax();
    return switch (column.type()) {
      case INTEGER, LONG, TIMESTAMP -> true;
      // NaN is greatest in Parquet's order: any of them shows here.
      case DOUBLE -> Double.isFinite((Double) min) && Double.isFinite((Double) max);
      case STRING -> isShort((Binary) min) && isShort((Binary) max);
      case BOOLEAN, STRING_MAP, DATE -> false;
    };
  }

  private static boolean isShort(Binary text) {
    return text.toStringUsingUTF8().length() <= MAX_TEXT_CHARACTERS;
  }

  /** Of the zeros the lesser one: some engines tell them apart, and rows may hold both. */
  private static Object lower(Object min) {
    return min.equals(0.0) ? (Object) (-0.0) : min;
  }

  private static Object upper(Object max) {
    return max.equals(-0.0) ? (Object) 0.0 : max;
  }

  private static void write(Column column, Object value, JsonGenerator json) throws IOException {
    switch (column.type()) {
      case INTEGER -> json.writeNumber((Integer) value);
      case LONG -> json.writeNumber((Long) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case STRING -> json.writeString(((Binary) value).toStringUsingUTF8());
      case TIMESTAMP ->
          json.writeString(
              MILLIS.format(Instant.ofEpochMilli(Math.floorDiv((Long) value, MICROS_PER_MILLI))));
      case BOOLEAN, STRING_MAP, DATE ->
          throw new IllegalArgumentException("No bounds are kept of " + column);
    }
  }
}
