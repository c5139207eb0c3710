package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RateLimitedSourceTest {
  /** The share of a subtask that is one of so many is a record in eleven days. */
  private static final int SUBTASKS = 1_000_000;

  @TempDir private Path folder;

  @Test
  void subtaskHandsOutItsShareAndNoMore() throws Exception {
    EventFileSource events = events(3);
    RateLimitedSource<Ingested, EventFileSplit, List<EventFileSplit>> source =
        new RateLimitedSource<>(events, 1);
    TestingReaderOutput<Ingested> output = new TestingReaderOutput<>();
    try (SourceReader<Ingested, EventFileSplit> reader = source.createReader(new Subtask())) {
      reader.start();
      reader.addSplits(
          List.of(EventFileSplit.start(List.of(folder.resolve("events.csv").toString()))));
      reader.isAvailable().get(1, TimeUnit.MINUTES);
      reader.pollNext(output);

      assertThat(output.getEmittedRecords()).hasSize(1);
      assertThat(reader.isAvailable()).isNotDone();
    }
  }

  @Test
  void everyRecordComesOnceAndTheJobEnds() throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    List<Long> ids = new ArrayList<>();
    try (CloseableIterator<Ingested> read =
        env.fromSource(
                new RateLimitedSource<>(events(200), 10_000),
                WatermarkStrategy.noWatermarks(),
                "events",
                RecordTypeInfo.INGESTED)
            .executeAndCollect()) {
      read.forEachRemaining(ingested -> ids.add(ingested.event().bits(0)));
    }

    assertThat(ids).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void sourceIsToldOfCheckpointsAndEvents() throws Exception {
    Recorded recorded = new Recorded();
    try (SourceReader<Ingested, EventFileSplit> reader =
        new RateLimitedSource<>(recorded, 1).createReader(new Subtask())) {
      reader.notifyCheckpointComplete(7);
      reader.notifyCheckpointAborted(8);
      reader.handleSourceEvents(new SourceEvent() {});
      reader.pauseOrResumeSplits(List.of("a"), List.of("b"));
    }

    assertThat(recorded.calls).containsExactly("complete 7", "aborted 8", "event", "pause [a] [b]");
  }

  @Test
  void checkpointsAreThoseOfTheSource() throws IOException {
    EventFileSource events = events(1);
    RateLimitedSource<Ingested, EventFileSplit, List<EventFileSplit>> source =
        new RateLimitedSource<>(events, 1);

    assertThat(source.getSplitSerializer()).isSameAs(events.getSplitSerializer());
    assertThat(source.getEnumeratorCheckpointSerializer())
        .isSameAs(events.getEnumeratorCheckpointSerializer());
    assertThat(source.getBoundedness()).isEqualTo(Boundedness.BOUNDED);
  }

  @Test
  void rateBelowOneIsRefused() throws IOException {
    EventFileSource events = events(1);

    assertThatThrownBy(() -> new RateLimitedSource<>(events, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 0");
  }

  private EventFileSource events(int rows) throws IOException {
    StringBuilder csv = new StringBuilder("id,at,customer,amount,shop\n");
    for (int i = 0; i < rows; i++) {
      csv.append(i).append(",2025-01-01T00:00:00Z,c,1.0,s\n");
    }
    Path file = Files.writeString(folder.resolve("events.csv"), csv);
    return new EventFileSource(TestEvents.SCHEMA, List.of(file), TestEvents.CLOCK);
  }

  private static final class Subtask extends TestingReaderContext {
    @Override
    public int currentParallelism() {
      return SUBTASKS;
    }
  }

  /** Its reader notes what it is told. */
  private static final class Recorded
      implements Source<Ingested, EventFileSplit, List<EventFileSplit>> {
    private static final long serialVersionUID = 1L;
    private final transient List<String> calls = new ArrayList<>();

    @Override
    public Boundedness getBoundedness() {
      return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<EventFileSplit, List<EventFileSplit>> createEnumerator(
        SplitEnumeratorContext<EventFileSplit> context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SplitEnumerator<EventFileSplit, List<EventFileSplit>> restoreEnumerator(
        SplitEnumeratorContext<EventFileSplit> context, List<EventFileSplit> checkpoint) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SimpleVersionedSerializer<EventFileSplit> getSplitSerializer() {
      return EventFileSplit.SERIALIZER;
    }

    @Override
    public SimpleVersionedSerializer<List<EventFileSplit>> getEnumeratorCheckpointSerializer() {
      return EventFileSplit.LIST_SERIALIZER;
    }

    @Override
    public SourceReader<Ingested, EventFileSplit> createReader(SourceReaderContext context) {
      return new SourceReader<>() {
        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<Ingested> output) {
          return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<EventFileSplit> snapshotState(long checkpointId) {
          return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
          return new CompletableFuture<>();
        }

        @Override
        public void addSplits(List<EventFileSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
          calls.add("complete " + checkpointId);
        }

        @Override
        public void notifyCheckpointAborted(long checkpointId) {
          calls.add("aborted " + checkpointId);
        }

        @Override
        public void handleSourceEvents(SourceEvent event) {
          calls.add("event");
        }

        @Override
        public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
          calls.add("pause " + toPause + " " + toResume);
        }

        @Override
        public void close() {}
      };
    }
  }
}
