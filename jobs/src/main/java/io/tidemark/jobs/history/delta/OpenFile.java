package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.codec.ZstandardCodec;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;

/**
 * A Parquet file under way, one day's rows of one writer. Compressed with Zstandard, whose buffers
 * lie on the heap, while Snappy would keep direct memory per open file.
 */
final class OpenFile<T> {
  /** A file this large is closed: larger ones serve no reader, and wait for their commit. */
  static final long TARGET_BYTES = 128L << 20;

  /** Rows wait on the heap until a row group is full, per open file. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  /**
   * Each open file has a buffer of this size for what a page is compressed to; the default of 1 MiB
   * is what the garbage collector must find a place for apart.
   */
  private static final int PAGE_BYTES = 256 << 10;

  /** What is not compressed yet when a checkpoint comes delays it. */
  private static final int PAGE_ROWS = 5_000;

  private static final int ROWS_BETWEEN_SIZE_CHECKS = 4_096;

  /** Files get a few hundredths larger than at the default level, in half of the time. */
  private static final Map<String, String> COMPRESSION =
      Map.of(ZstandardCodec.PARQUET_COMPRESS_ZSTD_LEVEL, "1");

  private final RowFormat<T> format;
  private final long epochDay;
  private final String relativePath;
  private final Path path;
  private final FileSystem files;
  private final ParquetWriter<T> parquet;
  private long rows;
  private long leftAtRow;

  OpenFile(Configuration configuration, Path table, RowFormat<T> format, long epochDay)
      throws IOException {
    this.format = format;
    this.epochDay = epochDay;
    this.relativePath =
        TableSchema.DAY.name()
            + "="
            + LocalDate.ofEpochDay(epochDay)
            + "/part-"
            + UUID.randomUUID()
            + ".zstd.parquet";
    this.path = new Path(table, relativePath);
    this.files = path.getFileSystem(configuration);
    Builder<T> builder =
        new Builder<>(new DurableFile(path, configuration), format)
            .withConf(new PlainParquetConfiguration(COMPRESSION))
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withPageSize(PAGE_BYTES)
            .withPageRowCountLimit(PAGE_ROWS)
            .withSizeStatisticsEnabled(false);
    List<Column> columns = format.schema().columns();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      if (!format.repeats(i)) {
        builder.withDictionaryEncoding(name, false);
      }
      if (columns.get(i).type() == ColumnType.STRING_MAP) {
        // Nobody skips a file by what its maps hold.
        builder.withStatisticsEnabled(ParquetRows.mapKeys(name), false);
        builder.withStatisticsEnabled(ParquetRows.mapValues(name), false);
      }
    }
    this.parquet = builder.build();
  }

  void write(T record) throws IOException {
    parquet.write(record);
    rows++;
  }

  /** Notes after how many rows of the writer it turned to another file. */
  void leave(long writerRows) {
    leftAtRow = writerRows;
  }

  long leftAtRow() {
    return leftAtRow;
  }

  boolean isLargeEnough() {
    return rows % ROWS_BETWEEN_SIZE_CHECKS == 0 && parquet.getDataSize() >= TARGET_BYTES;
  }

  /** Ends the file, which outlives a crash from then on; it holds at least one row. */
  DataFile finish(Clock clock) throws IOException {
    parquet.close();
    return new DataFile(
        relativePath,
        epochDay,
        rows,
        files.getFileStatus(path).getLen(),
        clock.millis(),
        FileStatistics.json(format.schema(), parquet.getFooter()));
  }

  /** Leaves nothing of the file. */
  void abandon() throws IOException {
    try {
      parquet.close();
    } finally {
      files.delete(path, false);
    }
  }

  private static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final RowFormat<T> format;

    Builder(OutputFile file, RowFormat<T> format) {
      super(file);
      this.format = format;
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(ParquetConfiguration configuration) {
      return new ParquetRows<>(format);
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract, and not yet gone.
    protected WriteSupport<T> getWriteSupport(Configuration configuration) {
      return new ParquetRows<>(format);
    }
  }
}
