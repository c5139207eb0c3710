package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.testframe.environment.MiniClusterTestEnvironment;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.connector.testframe.junit.annotations.TestContext;
import org.apache.flink.connector.testframe.junit.annotations.TestEnv;
import org.apache.flink.connector.testframe.junit.annotations.TestSemantics;
import org.apache.flink.connector.testframe.testsuites.SinkTestSuiteBase;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.Timeout;

/** Flink's own tests of a sink: that it writes, restarts, is rescaled, and counts. */
@SuppressWarnings("unused") // The fields are found by their annotations.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeltaSinkSuiteTest extends SinkTestSuiteBase<Long> {
  private static final long POLL_MILLIS = 20;

  @TestEnv private final MiniClusterTestEnvironment cluster = new MiniClusterTestEnvironment();

  @TestSemantics private final CheckpointingMode[] semantics = {CheckpointingMode.EXACTLY_ONCE};

  @TestContext
  private final ExternalContextFactory<TableContext> table = name -> new TableContext();

  /** A table in a folder of its own. */
  private static final class TableContext implements DataStreamSinkV2ExternalContext<Long> {
    private final Path folder;

    TableContext() {
      try {
        folder = Files.createTempDirectory("delta-suite");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Sink<Long> createSink(TestingSinkSettings settings) {
      return new DeltaSink<>(folder.toUri().toString(), "numbers", "suite", new NumberRows());
    }

    @Override
    public ExternalSystemDataReader<Long> createSinkDataReader(TestingSinkSettings settings) {
      return new TableReader(new KernelTable(folder));
    }

    @Override
    public List<Long> generateTestData(TestingSinkSettings settings, long seed) {
      return new SplittableRandom(seed).longs(40, 0, 1_000_000).boxed().toList();
    }

    @Override
    public TypeInformation<Long> getProducedType() {
      return Types.LONG;
    }

    @Override
    public List<URL> getConnectorJarPaths() {
      return List.of();
    }

    @Override
    public void close() throws Exception {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /** What came into the table since the last look. */
  private static final class TableReader implements ExternalSystemDataReader<Long> {
    private final KernelTable table;
    private final List<Long> seen = new ArrayList<>();
    private long version = -1;

    TableReader(KernelTable table) {
      this.table = table;
    }

    @Override
    public List<Long> poll(Duration timeout) {
      List<Long> fresh = new ArrayList<>();
      try {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (table.version() == version) {
          if (System.nanoTime() > deadline) {
            return fresh;
          }
          Thread.sleep(POLL_MILLIS);
        }
        version = table.version();
        table.rows().forEach(row -> fresh.add((Long) row.get("number")));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (Long number : seen) {
        fresh.remove(number);
      }
      seen.addAll(fresh);
      return fresh;
    }

    @Override
    public void close() {}
  }
}
