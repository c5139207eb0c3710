package io.tidemark.jobs.history.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and commits without a cluster: what is in the log, and how writers get along. */
class DeltaTableTest {
  private static final Backoff SHORT = new Backoff(100, Duration.ofMillis(1), Duration.ofMillis(5));

  @TempDir Path folder;
  private String table = "";

  @BeforeEach
  void nameTable() {
    table = folder.resolve("a table").toUri().toString();
  }

  @Test
  void rowsReadBackWithTheirTypesAndPartition() throws Exception {
    commit(committer(), batch("a", 1, new NumberRows(), 7L, 8L));

    assertThat(kernel().schema())
        .containsExactly(
            Map.entry("number", "long"),
            Map.entry("text", "string"),
            Map.entry("at", "timestamp"),
            Map.entry("date", "date"));
    Instant first = Instant.parse("2018-04-01T23:59:59Z");
    assertThat(kernel().rows())
        .extracting(row -> row.get("number"), row -> row.get("text"), row -> row.get("at"))
        .containsExactlyInAnyOrder(
            tuple(7L, null, first), tuple(8L, "number 8", first.plus(Duration.ofDays(1))));
    assertThat(kernel().rows())
        .allSatisfy(
            row ->
                assertThat(row.get("date"))
                    .isEqualTo(LocalDate.ofInstant((Instant) row.get("at"), ZoneOffset.UTC)));
  }

  @ParameterizedTest
  @CsvSource({"3, 7", "1, 7", "1, 3"})
  void tableOfANewerProtocolIsRefusedInALine(int reader, int writer) throws Exception {
    commit(committer(), batch("a", 1, new NumberRows(), 7L));
    Files.writeString(
        Path.of(URI.create(table)).resolve("_delta_log/00000000000000000001.json"),
        "{\"protocol\":{\"minReaderVersion\":%d,\"minWriterVersion\":%d}}%n"
            .formatted(reader, writer));

    assertThatThrownBy(
            () -> new DeltaSink<>(table, "n", "s", new NumberRows()).requireFittingTable())
        .isInstanceOf(IncompatibleTableException.class)
        .hasMessageContaining("Delta table " + table + " has a newer protocol than")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anotherEngineReadsTheFilesOfTheLog() throws Exception {
    commit(committer(), batch("a", 1, new NumberRows(), range(0, 1_000)));

    String files =
        kernel().files().stream()
            .map(file -> "'" + file.toString().replace("'", "''") + "'")
            .collect(Collectors.joining(","));
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT count(*), sum(number), count(text), epoch_ms(min(\"at\")),"
                    + " count(DISTINCT date) FROM read_parquet(["
                    + files
                    + "], hive_partitioning = true)")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getLong(1)).isEqualTo(1_000);
      assertThat(row.getLong(2)).isEqualTo(499_500);
      assertThat(row.getLong(3)).isEqualTo(1_000 - 143);
      assertThat(row.getLong(4)).isEqualTo(Instant.parse("2018-03-31T23:59:59Z").toEpochMilli());
      assertThat(row.getLong(5)).isEqualTo(3);
    }
  }

  @Test
  void statisticsAreTextInTheLog() throws Exception {
    commit(committer(), batch("a", 1, new NumberRows(), 3L, 6L, 21L));

    assertThat(entry(0))
        .contains(
            "\"stats\":\"{\\\"numRecords\\\":3,"
                + "\\\"minValues\\\":{\\\"number\\\":3,\\\"text\\\":\\\"number 3\\\","
                + "\\\"at\\\":\\\"2018-03-31T23:59:59.000Z\\\"},"
                + "\\\"maxValues\\\":{\\\"number\\\":21,\\\"text\\\":\\\"number 6\\\","
                + "\\\"at\\\":\\\"2018-03-31T23:59:59.000Z\\\"},"
                + "\\\"nullCount\\\":{\\\"number\\\":0,\\\"text\\\":1,\\\"at\\\":0}}\"");
  }

  @Test
  void boundsThatWouldMisleadAreLeftOut() throws Exception {
    RowFormat<Double> doubles = rows(new Column("x", ColumnType.DOUBLE));
    AppendBatch nan = batch("a", 1, doubles, 1.0, Double.NaN, -2.0);
    AppendBatch finite = batch("a", 2, doubles, 1.0, -0.5);
    AppendBatch none = batch("a", 3, doubles);

    assertThat(nan.files().get(0).statistics())
        .isEqualTo("{\"numRecords\":3,\"minValues\":{},\"maxValues\":{},\"nullCount\":{\"x\":0}}");
    assertThat(finite.files().get(0).statistics())
        .contains("\"minValues\":{\"x\":-0.5},\"maxValues\":{\"x\":1.0}");
    assertThat(none.files()).isEmpty();
  }

  /** Engines differ in whether -0.0 is less than 0.0: bounds hold either way. */
  @Test
  void boundsAtZeroHoldBothZeros() throws Exception {
    RowFormat<Double> doubles = rows(new Column("x", ColumnType.DOUBLE));

    assertThat(batch("a", 1, doubles, 0.0, 2.0).files().get(0).statistics())
        .contains("\"minValues\":{\"x\":-0.0},\"maxValues\":{\"x\":2.0}");
    assertThat(batch("a", 2, doubles, -3.0, -0.0).files().get(0).statistics())
        .contains("\"minValues\":{\"x\":-3.0},\"maxValues\":{\"x\":0.0}");
  }

  @Test
  void batchThatTheTableHasIsSkippedByAnyCommitter() throws Exception {
    AppendBatch batch = batch("a", 1, new NumberRows(), 1L);
    commit(committer(), batch);

    assertThat(commit(committer(), batch)).as("already committed").isTrue();
    assertThat(kernel().version()).isZero();
    assertThat(kernel().rows()).hasSize(1);
  }

  @Test
  void committerSeesWhatAnotherCommittedOfItsOwn() throws Exception {
    DeltaCommitter alive = committer();
    commit(alive, batch("a", 1, new NumberRows(), 1L));
    AppendBatch second = batch("a", 2, new NumberRows(), 2L);
    commit(committer(), second);

    assertThat(commit(alive, second)).isTrue();
    assertThat(kernel().rows()).hasSize(2);
  }

  @Test
  void epochsDoNotHideEachOther() throws Exception {
    DeltaCommitter committer = committer();
    commit(committer, batch("a", 5, new NumberRows(), 1L));
    assertThat(commit(committer, batch("b", 1, new NumberRows(), 2L))).isFalse();
    assertThat(commit(committer, batch("a", 4, new NumberRows(), 3L))).isTrue();

    assertThat(kernel().rows()).extracting(row -> row.get("number")).containsOnly(1L, 2L);
  }

  /** Creation of the table included. */
  @Test
  void writersAtTheSameTimeAllSucceed() throws Exception {
    int writers = 3;
    int batches = 8;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String application = "writer-" + writer;
        long first = (long) writer * batches;
        DeltaCommitter committer = committer();
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < batches; i++) {
                    commit(committer, batch(application, i + 1, new NumberRows(), first + i));
                  }
                  return null;
                }));
      }
      for (Future<?> writer : done) {
        writer.get(120, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(kernel().version()).isEqualTo((long) writers * batches - 1);
    assertThat(kernel().rows())
        .extracting(row -> row.get("number"))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, (long) writers * batches).boxed().toList());
  }

  @Test
  void conflictsEndAfterTheLastAttempt() {
    TableLog busy =
        () ->
            new TableLog.Transaction() {
              @Override
              public long version() {
                return 3;
              }

              @Override
              public TableSchema schema() {
                return NumberRows.SCHEMA;
              }

              @Override
              public long lastSequence(String applicationId) {
                return 0;
              }

              @Override
              public long commit(AppendBatch batch, TableSchema schema) throws ConflictException {
                throw new ConflictException("always", null);
              }
            };
    DeltaCommitter committer =
        new DeltaCommitter(
            "t",
            busy,
            new Backoff(3, Duration.ofMillis(1), Duration.ofMillis(1)),
            new CommitMetrics(new UnregisteredMetricsGroup(), "t"));

    assertThatThrownBy(() -> commit(committer, batch("a", 1, new NumberRows(), 1L)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("3 times in a row another writer committed first");
  }

  @Test
  void columnsComeAndGo() throws Exception {
    Column x = new Column("x", ColumnType.DOUBLE);
    Column y = new Column("y", ColumnType.LONG);
    commit(committer(), batch("a", 1, rows(x), 1.0));
    commit(committer(), batch("a", 2, rows(y, x), 2.0));
    commit(committer(), batch("a", 3, rows(y), 3.0));

    assertThat(kernel().schema().keySet()).containsExactly("x", "y", "date");
    assertThat(kernel().rows())
        .extracting(row -> row.get("x"), row -> row.get("y"))
        .containsExactlyInAnyOrder(tuple(1.0, null), tuple(2.0, 2L), tuple(null, 3L));
  }

  @Test
  void changedTypeIsRefusedWithItsRemedy() throws Exception {
    commit(committer(), batch("a", 1, rows(new Column("x", ColumnType.DOUBLE)), 1.0));
    RowFormat<Double> changed = rows(new Column("x", ColumnType.LONG));

    assertThatThrownBy(() -> commit(committer(), batch("a", 2, changed, 2.0)))
        .isInstanceOf(IncompatibleTableException.class)
        .hasMessage(
            "Delta table "
                + table
                + ": column x is DOUBLE and the rows now have x LONG. A column's type never"
                + " changes: write to a new table, or rename the field");
    assertThatThrownBy(() -> new DeltaSink<>(table, "t", "s", changed).requireFittingTable())
        .isInstanceOf(IncompatibleTableException.class);
  }

  /** A summary of the log is made now and then, and read as the log itself. */
  @Test
  void manyCommitsAreReadFromTheLogsSummary() throws Exception {
    DeltaCommitter committer = committer();
    for (int i = 1; i <= 103; i++) {
      commit(committer, batch("a", i, new NumberRows(), (long) i));
    }

    try (Stream<Path> log = Files.list(folder.resolve("a table/_delta_log"))) {
      assertThat(log.map(file -> file.getFileName().toString()))
          .contains("_last_checkpoint", "00000000000000000100.checkpoint.parquet")
          .noneMatch(name -> name.endsWith(".crc") || name.endsWith(".tmp"));
    }
    assertThat(kernel().rows()).hasSize(103);
    assertThat(commit(committer(), batch("a", 99, new NumberRows(), 0L))).isTrue();
  }

  @Test
  void replayThroughManyDaysKeepsFewFilesOpen() throws Exception {
    Long[] twice =
        LongStream.concat(LongStream.range(0, 40), LongStream.range(0, 40))
            .boxed()
            .toArray(Long[]::new);

    AppendBatch batch = batch("a", 1, days(), twice);

    assertThat(batch.files()).as("each day again").hasSize(80);
    assertThat(batch.rows()).isEqualTo(80);
    assertThat(new HashSet<>(batch.files())).hasSize(80);
  }

  @Test
  void replayThroughManyDaysClosesFilesThatItIsThroughWith() throws Exception {
    AppendBatch turning = batch("a", 1, days(), daysWithPause(DeltaWriter.PATIENCE_ROWS - 1));
    AppendBatch through = batch("a", 2, days(), daysWithPause(DeltaWriter.PATIENCE_ROWS));

    assertThat(turning.files()).as("a file per day").hasSize(3);
    assertThat(through.files()).as("the first day's again").hasSize(4);
    assertThat(through.rows()).isEqualTo(DeltaWriter.PATIENCE_ROWS + 3);
  }

  /** The first day, so many rows of the second, the third day, the first again. */
  private static Long[] daysWithPause(int rows) {
    return LongStream.concat(
            LongStream.concat(LongStream.of(0), LongStream.generate(() -> 1).limit(rows)),
            LongStream.of(2, 0))
        .boxed()
        .toArray(Long[]::new);
  }

  /** Numbers of days as rows, each on its day. */
  private static RowFormat<Long> days() {
    return new RowFormat<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public TableSchema schema() {
        return NumberRows.SCHEMA;
      }

      @Override
      public long timeMillis(Long day) {
        return Duration.ofDays(day).toMillis();
      }

      @Override
      public void write(Long day, RowWriter row) {
        row.setLong(0, day);
      }
    };
  }

  @Test
  void writerThatIsClosedLeavesNoFileThatNoCheckpointHas() throws Exception {
    DeltaWriter<Long> writer = writer(days());
    for (long day = 0; day <= DeltaWriter.MAX_OPEN_FILES; day++) {
      writer.write(day, NO_CONTEXT);
    }
    writer.close();

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private static final SinkWriter.Context NO_CONTEXT =
      new SinkWriter.Context() {
        @Override
        public long currentWatermark() {
          return Long.MIN_VALUE;
        }

        @Override
        public Long timestamp() {
          return 0L;
        }
      };

  private <T> DeltaWriter<T> writer(RowFormat<T> rows) {
    return new DeltaWriter<>(
        TableFiles.configuration(),
        new org.apache.hadoop.fs.Path(java.net.URI.create(table)),
        rows,
        Clock.systemUTC(),
        UnregisteredMetricsGroup.createSinkWriterMetricGroup());
  }

  @SafeVarargs
  private <T> AppendBatch batch(String application, long sequence, RowFormat<T> rows, T... records)
      throws Exception {
    try (DeltaWriter<T> writer = writer(rows)) {
      for (T record : records) {
        writer.write(record, NO_CONTEXT);
      }
      return new AppendBatch(application, sequence, rows.schema(), writer.prepareCommit());
    }
  }

  private DeltaCommitter committer() throws IOException {
    Configuration configuration = TableFiles.configuration();
    return new DeltaCommitter(
        table,
        new StandaloneLog(configuration, table, Clock.systemUTC()),
        SHORT,
        new CommitMetrics(new UnregisteredMetricsGroup(), "t"));
  }

  /** Returns whether the table had the batch. */
  private static boolean commit(DeltaCommitter committer, AppendBatch batch) throws Exception {
    Request request = new Request(batch);
    committer.commit(List.of(request));
    return request.had;
  }

  private KernelTable kernel() {
    return new KernelTable(folder.resolve("a table"));
  }

  private String entry(long version) throws IOException {
    return Files.readString(
        folder.resolve("a table/_delta_log").resolve("%020d.json".formatted(version)));
  }

  private static Long[] range(long from, long to) {
    return LongStream.range(from, to).boxed().toArray(Long[]::new);
  }

  /** Doubles of one day in all columns, as each column's type. */
  private static RowFormat<Double> rows(Column... columns) {
    TableSchema schema = new TableSchema(List.of(columns));
    return new RowFormat<>() {
      private static final long serialVersionUID = 1L;

      @Override
      public TableSchema schema() {
        return schema;
      }

      @Override
      public long timeMillis(Double value) {
        return 0;
      }

      @Override
      public void write(Double value, RowWriter row) {
        for (int i = 0; i < schema.columns().size(); i++) {
          if (schema.columns().get(i).type() == ColumnType.DOUBLE) {
            row.setDouble(i, value);
          } else {
            row.setLong(i, value.longValue());
          }
        }
      }
    };
  }

  /** Flink's request to commit a batch. */
  private static final class Request implements Committer.CommitRequest<AppendBatch> {
    private final AppendBatch batch;
    private boolean had;

    Request(AppendBatch batch) {
      this.batch = batch;
    }

    @Override
    public AppendBatch getCommittable() {
      return batch;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable t) {
      throw new AssertionError("A failure fails the job", t);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable t) {
      throw new AssertionError("A failure fails the job", t);
    }

    @Override
    public void retryLater() {
      throw new AssertionError("Batches are retried in order");
    }

    @Override
    public void updateAndRetryLater(AppendBatch committable) {
      throw new AssertionError("Batches are retried in order");
    }

    @Override
    public void signalAlreadyCommitted() {
      had = true;
    }
  }
}
