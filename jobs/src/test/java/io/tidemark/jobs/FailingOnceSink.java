package io.tidemark.jobs;

import io.tidemark.jobs.sink.LineFileSink;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A file sink that fails once: some records after its second checkpoint, so that the job restores
 * one and does the work in between again. Until then it is slow, so that there are checkpoints.
 */
final class FailingOnceSink<T> implements Sink<T>, SupportsWriterState<T, Long> {
  private static final long serialVersionUID = 1L;
  private static final int CHECKPOINTS = 2;
  private static final Map<String, Integer> CHECKPOINTS_SEEN = new ConcurrentHashMap<>();

  private final LineFileSink<T> file;
  private final String name;
  private final int recordsBeforeFailure;
  private final long pauseNanos;

  FailingOnceSink(String name, LineFileSink<T> file, int recordsBeforeFailure, Duration pause) {
    this.file = file;
    this.name = name;
    this.recordsBeforeFailure = recordsBeforeFailure;
    this.pauseNanos = pause.toNanos();
  }

  static boolean hasFailed(String name) {
    return CHECKPOINTS_SEEN.getOrDefault(name, 0) < 0;
  }

  @Override
  public StatefulSinkWriter<T, Long> createWriter(WriterInitContext context) throws IOException {
    return new Writer(file.createWriter(context));
  }

  @Override
  public StatefulSinkWriter<T, Long> restoreWriter(
      WriterInitContext context, Collection<Long> lengths) throws IOException {
    return new Writer(file.restoreWriter(context, lengths));
  }

  @Override
  public SimpleVersionedSerializer<Long> getWriterStateSerializer() {
    return file.getWriterStateSerializer();
  }

  private final class Writer implements StatefulSinkWriter<T, Long> {
    private final StatefulSinkWriter<T, Long> writer;
    private int recordsSince;

    Writer(StatefulSinkWriter<T, Long> writer) {
      this.writer = writer;
    }

    @Override
    public void write(T record, Context context) throws IOException, InterruptedException {
      int seen = CHECKPOINTS_SEEN.getOrDefault(name, 0);
      if (seen >= CHECKPOINTS && ++recordsSince > recordsBeforeFailure) {
        CHECKPOINTS_SEEN.put(name, Integer.MIN_VALUE);
        throw new IOException("A fault for the test");
      }
      if (seen >= 0) {
        LockSupport.parkNanos(pauseNanos);
      }
      writer.write(record, context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public List<Long> snapshotState(long checkpointId) throws IOException {
      CHECKPOINTS_SEEN.merge(name, 1, Integer::sum);
      return writer.snapshotState(checkpointId);
    }

    @Override
    public void close() throws Exception {
      writer.close();
    }
  }
}
