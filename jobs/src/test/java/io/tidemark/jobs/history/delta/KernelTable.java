package io.tidemark.jobs.history.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.TimestampType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Reads a table by Delta's own kernel, which shares no code with what wrote it. */
public final class KernelTable {
  private final Engine engine = DefaultEngine.create(new Configuration());
  private final Path folder;

  public KernelTable(Path folder) {
    this.folder = folder;
  }

  /** Names of the columns with their types; empty where there is no table. */
  public Map<String, String> schema() {
    Map<String, String> columns = new LinkedHashMap<>();
    snapshot()
        .ifPresent(
            snapshot ->
                snapshot
                    .getSchema()
                    .fields()
                    .forEach(
                        field -> columns.put(field.getName(), field.getDataType().toString())));
    return columns;
  }

  public long version() {
    return snapshot().map(Snapshot::getVersion).orElse(-1L);
  }

  /** The live rows, in no order; none where there is no table. */
  public List<Map<String, @Nullable Object>> rows() throws IOException {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    Optional<Snapshot> snapshot = snapshot();
    if (snapshot.isEmpty()) {
      return rows;
    }
    Scan scan = snapshot.get().getScanBuilder().build();
    Row state = scan.getScanState(engine);
    for (Row file : files(scan)) {
      FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
      try (CloseableIterator<ColumnarBatch> physical =
              engine
                  .getParquetHandler()
                  .readParquetFiles(
                      singleton(status),
                      ScanStateRow.getPhysicalDataReadSchema(engine, state),
                      Optional.empty());
          CloseableIterator<FilteredColumnarBatch> logical =
              Scan.transformPhysicalData(engine, state, file, physical)) {
        while (logical.hasNext()) {
          try (CloseableIterator<Row> batch = logical.next().getRows()) {
            while (batch.hasNext()) {
              rows.add(values(batch.next()));
            }
          }
        }
      }
    }
    return rows;
  }

  /** The live files; a file that was added twice is there twice. */
  public List<Path> files() throws IOException {
    List<Path> paths = new ArrayList<>();
    Optional<Snapshot> snapshot = snapshot();
    if (snapshot.isPresent()) {
      for (Row file : files(snapshot.get().getScanBuilder().build())) {
        // Not a URI, although it begins with a scheme.
        String path = InternalScanFileUtils.getAddFileStatus(file).getPath();
        paths.add(Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath()));
      }
    }
    return paths;
  }

  private List<Row> files(Scan scan) throws IOException {
    List<Row> files = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> batch = batches.next().getRows()) {
          while (batch.hasNext()) {
            files.add(batch.next());
          }
        }
      }
    }
    return files;
  }

  private Optional<Snapshot> snapshot() {
    try {
      return Optional.of(Table.forPath(engine, folder.toString()).getLatestSnapshot(engine));
    } catch (TableNotFoundException e) {
      return Optional.empty();
    }
  }

  private static Map<String, @Nullable Object> values(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<StructField> fields = row.getSchema().fields();
    for (int i = 0; i < fields.size(); i++) {
      values.put(fields.get(i).getName(), row.isNullAt(i) ? null : value(row, i, fields.get(i)));
    }
    return values;
  }

  private static Object value(Row row, int i, StructField field) {
    DataType type = field.getDataType();
    if (type instanceof BooleanType) {
      return row.getBoolean(i);
    } else if (type instanceof IntegerType) {
      return row.getInt(i);
    } else if (type instanceof LongType) {
      return row.getLong(i);
    } else if (type instanceof DoubleType) {
      return row.getDouble(i);
    } else if (type instanceof StringType) {
      return row.getString(i);
    } else if (type instanceof DateType) {
      return LocalDate.ofEpochDay(row.getInt(i));
    } else if (type instanceof TimestampType) {
      return Instant.EPOCH.plus(row.getLong(i), ChronoUnit.MICROS);
    }
    MapValue map = row.getMap(i);
    Map<String, String> texts = new TreeMap<>();
    for (int entry = 0; entry < map.getSize(); entry++) {
      texts.put(map.getKeys().getString(entry), map.getValues().getString(entry));
    }
    return texts;
  }

  private static CloseableIterator<FileStatus> singleton(FileStatus file) {
    return Utils.singletonCloseableIterator(file);
  }
}
