package io.tidemark.jobs.history.delta;

import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Gives a table's rows to Parquet: its schema, and one record after another. */
final class ParquetRows<T> extends WriteSupport<T> {
  private final RowFormat<T> format;
  private @Nullable RecordConsumer consumer;
  private @Nullable RowWriter row;

  ParquetRows(RowFormat<T> format) {
    this.format = format;
  }

  static MessageType schemaOf(TableSchema schema) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    schema.columns().forEach(column -> message.addField(field(column)));
    return message.named("row");
  }

  private static Type field(Column column) {
    return switch (column.type()) {
      case BOOLEAN -> Types.optional(PrimitiveTypeName.BOOLEAN).named(column.name());
      case INTEGER -> Types.optional(PrimitiveTypeName.INT32).named(column.name());
      case LONG -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
      case DOUBLE -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
      case STRING ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(column.name());
      case TIMESTAMP ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
              .named(column.name());
      case STRING_MAP ->
          Types.optionalGroup()
              .as(LogicalTypeAnnotation.mapType())
              .addField(
                  Types.repeatedGroup()
                      .addField(text(Type.Repetition.REQUIRED, RowWriter.MAP_KEY))
                      .addField(text(Type.Repetition.OPTIONAL, RowWriter.MAP_VALUE))
                      .named(RowWriter.MAP_ENTRIES))
              .named(column.name());
      case DATE ->
          throw new IllegalArgumentException(
              "A partition's value stands in its folder's name, not in column " + column.name());
    };
  }

  /** Path of the column that holds the keys of a map. */
  static String mapKeys(String column) {
    return column + "." + RowWriter.MAP_ENTRIES + "." + RowWriter.MAP_KEY;
  }

  /** Path of the column that holds the values of a map. */
  static String mapValues(String column) {
    return column + "." + RowWriter.MAP_ENTRIES + "." + RowWriter.MAP_VALUE;
  }

  private static Type text(Type.Repetition repetition, String name) {
    return Types.primitive(PrimitiveTypeName.BINARY, repetition)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(schemaOf(format.schema()), Map.of());
  }

  @Override
  @SuppressWarnings("deprecation") // Abstract, and not yet gone.
  public WriteContext init(Configuration configuration) {
    return new WriteContext(schemaOf(format.schema()), Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer records) {
    consumer = records;
    row = new RowWriter(format.schema(), records);
  }

  @Override
  public void write(T record) {
    RecordConsumer to = Objects.requireNonNull(consumer);
    to.startMessage();
    format.write(record, Objects.requireNonNull(row));
    to.endMessage();
  }
}
