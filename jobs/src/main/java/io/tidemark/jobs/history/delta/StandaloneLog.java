package io.tidemark.jobs.history.delta;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.delta.standalone.DeltaLog;
import io.delta.standalone.Operation;
import io.delta.standalone.OptimisticTransaction;
import io.delta.standalone.actions.Action;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.Metadata;
import io.delta.standalone.actions.SetTransaction;
import io.delta.standalone.exceptions.DeltaConcurrentModificationException;
import io.delta.standalone.internal.SnapshotImpl;
import io.delta.standalone.internal.exception.DeltaErrors;
import io.delta.standalone.types.BooleanType;
import io.delta.standalone.types.DataType;
import io.delta.standalone.types.DateType;
import io.delta.standalone.types.DoubleType;
import io.delta.standalone.types.IntegerType;
import io.delta.standalone.types.LongType;
import io.delta.standalone.types.MapType;
import io.delta.standalone.types.StringType;
import io.delta.standalone.types.StructField;
import io.delta.standalone.types.StructType;
import io.delta.standalone.types.TimestampType;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** A table's log through delta-standalone; the only class that knows the library. */
final class StandaloneLog implements TableLog {
  private static final String ENGINE = "tidemark";

  /**
   * How many commits lie between two Parquet summaries of the log. Each is made of all files of the
   * table, and a job commits at every checkpoint: Delta's own 10 would be too often.
   */
  private static final String CHECKPOINT_INTERVAL = "100";

  /** The library reads protocol 1 and writes up to this one. */
  private static final int MAX_WRITER_VERSION = 2;

  private final String table;
  private final DeltaLog log;
  private final Clock clock;

  /**
   * @param configuration whose file systems the table lies on; not changed
   * @param table a qualified URI
   * @throws IncompatibleTableException if the table's protocol is newer than the library
   */
  StandaloneLog(Configuration configuration, String table, Clock clock)
      throws IncompatibleTableException {
    this.table = table;
    this.clock = clock;
    Configuration own = new Configuration(configuration);
    own.set("delta.logStore.class", ExclusiveLogStore.class.getName());
    try {
      this.log = DeltaLog.forTable(own, new Path(URI.create(table)));
    } catch (DeltaErrors.InvalidProtocolVersionException e) {
      throw tooNew(e.getMessage());
    }
  }

  @Override
  public Transaction begin() throws IncompatibleTableException {
    OptimisticTransaction transaction;
    try {
      transaction = log.startTransaction();
    } catch (DeltaErrors.InvalidProtocolVersionException e) {
      throw tooNew(e.getMessage());
    }
    if (log.snapshot() instanceof SnapshotImpl snapshot && snapshot.getVersion() >= 0) {
      int writer = snapshot.protocol().getMinWriterVersion();
      if (writer > MAX_WRITER_VERSION) {
        throw tooNew("writers of protocol " + writer);
      }
    }
    return new StandaloneTransaction(transaction);
  }

  /** A writer that does not know what a table's protocol asks of it may damage the table. */
  private IncompatibleTableException tooNew(@Nullable String found) {
    return new IncompatibleTableException(
        "Delta table "
            + table
            + " has a newer protocol than this release knows ("
            + String.join(" ", String.valueOf(found).split("\\s+")).trim()
            + "): another engine has upgraded it, or turned on a feature such as deletion vectors or"
            + " column mapping. Name another folder, and let that engine read both");
  }

  private final class StandaloneTransaction implements Transaction {
    private final OptimisticTransaction transaction;

    StandaloneTransaction(OptimisticTransaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public long version() {
      return transaction.readVersion();
    }

    @Override
    public @Nullable TableSchema schema() throws IncompatibleTableException {
      if (version() < 0) {
        return null;
      }
      Metadata metadata = transaction.metadata();
      if (!metadata.getPartitionColumns().equals(List.of(TableSchema.DAY.name()))) {
        throw new IncompatibleTableException(
            "Delta table "
                + table
                + " is partitioned by "
                + metadata.getPartitionColumns()
                + " and not by "
                + TableSchema.DAY.name()
                + ": it is not one of ours. Choose another folder");
      }
      List<Column> columns = new ArrayList<>();
      for (StructField field : metadata.getSchema().getFields()) {
        if (!field.getName().equals(TableSchema.DAY.name())) {
          columns.add(new Column(field.getName(), typeOf(field)));
        }
      }
      return new TableSchema(columns);
    }

    private ColumnType typeOf(StructField field) throws IncompatibleTableException {
      for (ColumnType type : ColumnType.values()) {
        if (dataType(type).equals(field.getDataType())) {
          return type;
        }
      }
      throw new IncompatibleTableException(
          "Delta table "
              + table
              + ": column "
              + field.getName()
              + " is "
              + field.getDataType().getSimpleString()
              + ", which no history has. Choose another folder");
    }

    @Override
    public long lastSequence(String applicationId) {
      return Math.max(0, transaction.txnVersion(applicationId));
    }

    @Override
    public long commit(AppendBatch batch, TableSchema schema) throws IOException {
      List<Action> actions = new ArrayList<>();
      if (!schema.equals(schema())) {
        actions.add(metadata(schema));
      }
      actions.add(
          new SetTransaction(batch.applicationId(), batch.sequence(), Optional.of(clock.millis())));
      for (DataFile file : batch.files()) {
        actions.add(
            AddFile.builder(
                    file.path(),
                    Map.of(
                        TableSchema.DAY.name(), LocalDate.ofEpochDay(file.epochDay()).toString()),
                    file.bytes(),
                    file.closedAtMillis(),
                    true)
                .stats(quoted(file.statistics()))
                .build());
      }
      try {
        return transaction
            .commit(actions, new Operation(Operation.Name.STREAMING_UPDATE), ENGINE)
            .getVersion();
      } catch (DeltaConcurrentModificationException e) {
        throw new ConflictException("Delta table " + table + " changed meanwhile", e);
      }
    }

    private Metadata metadata(TableSchema schema) {
      Metadata.Builder metadata =
          version() < 0
              ? Metadata.builder()
                  .partitionColumns(List.of(TableSchema.DAY.name()))
                  .createdTime(clock.millis())
                  .configuration(Map.of("delta.checkpointInterval", CHECKPOINT_INTERVAL))
              : transaction.metadata().copyBuilder();
      return metadata.schema(structType(schema)).build();
    }
  }

  /** Delta's protocol wants a text that holds JSON; delta-standalone puts it as it is. */
  private static String quoted(String json) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(json)) + '"';
  }

  private static StructType structType(TableSchema schema) {
    StructType type = new StructType();
    for (Column column : schema.columns()) {
      type = type.add(new StructField(column.name(), dataType(column.type()), true));
    }
    return type.add(new StructField(TableSchema.DAY.name(), new DateType(), true));
  }

  private static DataType dataType(ColumnType type) {
    return switch (type) {
      case BOOLEAN -> new BooleanType();
      case INTEGER -> new IntegerType();
      case LONG -> new LongType();
      case DOUBLE -> new DoubleType();
      case STRING -> new StringType();
      case TIMESTAMP -> new TimestampType();
      case STRING_MAP -> new MapType(new StringType(), new StringType(), true);
      case DATE -> new DateType();
    };
  }
}
