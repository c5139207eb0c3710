package io.tidemark.jobs.event;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Events from CSV files (gzip by name), merged by event time in one reader: parallelism starts
 * behind it. Each file must be in event-time order but for the contract's out-of-orderness. The
 * position is checkpointed as a number of rows per file.
 */
public final class EventFileSource
    implements Source<Ingested, EventFileSplit, List<EventFileSplit>> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final List<String> files;
  private final Clock clock;
  private final @Nullable HandOver end;

  /**
   * @param clock must be serializable, as {@link Clock#systemUTC()} is
   */
  public EventFileSource(EventSchema schema, List<Path> files, Clock clock) {
    this(schema, files, clock, null);
  }

  /**
   * @param end where the files end and a topic goes on; null to read all of them
   */
  public EventFileSource(
      EventSchema schema, List<Path> files, Clock clock, @Nullable HandOver end) {
    this.schema = schema;
    this.files = files.stream().map(file -> file.toAbsolutePath().toString()).toList();
    this.clock = clock;
    this.end = end;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<Ingested, EventFileSplit> createReader(SourceReaderContext context) {
    return new EventFileReader(context, schema, clock, end);
  }

  @Override
  public SplitEnumerator<EventFileSplit, List<EventFileSplit>> createEnumerator(
      SplitEnumeratorContext<EventFileSplit> context) {
    return new EventFileEnumerator(context, List.of(EventFileSplit.start(files)));
  }

  @Override
  public SplitEnumerator<EventFileSplit, List<EventFileSplit>> restoreEnumerator(
      SplitEnumeratorContext<EventFileSplit> context, List<EventFileSplit> unassigned) {
    return new EventFileEnumerator(context, unassigned);
  }

  @Override
  public SimpleVersionedSerializer<EventFileSplit> getSplitSerializer() {
    return EventFileSplit.SERIALIZER;
  }

  @Override
  public SimpleVersionedSerializer<List<EventFileSplit>> getEnumeratorCheckpointSerializer() {
    return EventFileSplit.LIST_SERIALIZER;
  }
}
