package io.tidemark.jobs.history.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes one batch of the files that all writers closed for a checkpoint. Runs in a single subtask,
 * which draws the epoch when it starts; so there is one epoch per attempt of a job and not one per
 * writer, and parallelism may change between attempts.
 *
 * <p>It keeps no state: what arrives before a barrier leaves before that barrier, to be kept by the
 * committer. Barriers are aligned here, as Flink sees to behind every sink's writer.
 */
final class GatherFiles extends AbstractStreamOperator<CommittableMessage<AppendBatch>>
    implements OneInputStreamOperator<
            CommittableMessage<DataFile>, CommittableMessage<AppendBatch>>,
        BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private final String sinkId;
  private final TableSchema schema;

  private transient String applicationId;
  private transient long sequence;
  private transient long lastCheckpoint;
  private transient List<DataFile> files;

  GatherFiles(String sinkId, TableSchema schema) {
    this.sinkId = sinkId;
    this.schema = schema;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    applicationId = sinkId + "/" + UUID.randomUUID();
    lastCheckpoint = context.getRestoredCheckpointId().orElse(0);
    files = new ArrayList<>();
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<DataFile>> element) {
    if (element.getValue() instanceof CommittableWithLineage<DataFile> written) {
      files.add(written.getCommittable());
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    emit(checkpointId);
  }

  /** The rest belongs to the checkpoint that follows, as writers at their end see it too. */
  @Override
  public void endInput() {
    emit(lastCheckpoint + 1);
  }

  private void emit(long checkpointId) {
    lastCheckpoint = checkpointId;
    if (files.isEmpty()) {
      return;
    }
    sequence++;
    AppendBatch batch = new AppendBatch(applicationId, sequence, schema, files);
    files.clear();
    output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpointId, 1, 0)));
    output.collect(new StreamRecord<>(new CommittableWithLineage<>(batch, checkpointId, 0)));
  }
}
