package io.tidemark.jobs.event;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A topic for tests without a broker: each file is a partition, read by a subtask of its own. */
public final class PartitionedFiles
    implements Source<Ingested, EventFileSplit, List<EventFileSplit>> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final List<String> files;

  public PartitionedFiles(EventSchema schema, List<Path> files) {
    this.schema = schema;
    this.files = files.stream().map(Path::toString).toList();
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<Ingested, EventFileSplit> createReader(SourceReaderContext context) {
    return new EventFileReader(context, schema, Clock.systemUTC(), null);
  }

  @Override
  public SplitEnumerator<EventFileSplit, List<EventFileSplit>> createEnumerator(
      SplitEnumeratorContext<EventFileSplit> context) {
    List<EventFileSplit> splits = new ArrayList<>();
    for (String file : files) {
      splits.add(EventFileSplit.start(List.of(file)));
    }
    return new EventFileEnumerator(context, splits);
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
