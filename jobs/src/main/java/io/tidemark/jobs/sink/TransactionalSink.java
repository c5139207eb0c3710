package io.tidemark.jobs.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Flink's exactly-once sink for Kafka with a {@link TransactionCommitter}: what is written, kept in
 * checkpoints and committed is the same.
 */
public final class TransactionalSink<T>
    implements Sink<T>,
        SupportsWriterState<T, KafkaWriterState>,
        SupportsCommitter<KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable> {
  private static final long serialVersionUID = 1L;

  /** Longer than brokers take to hand a transaction's coordinator over. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaSink<T> sink;
  private final String bootstrapServers;

  /**
   * @param sink with the guarantee of exactly once
   * @param bootstrapServers of the same brokers
   */
  public TransactionalSink(KafkaSink<T> sink, String bootstrapServers) {
    this.sink = sink;
    this.bootstrapServers = bootstrapServers;
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    return sink.createWriter(context);
  }

  @Override
  public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
      WriterInitContext context, Collection<KafkaWriterState> state) {
    return sink.restoreWriter(context, state);
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context) {
    TransactionRegistry known = new TransactionRegistry(bootstrapServers, PATIENCE);
    return new TransactionCommitter(
        sink.createCommitter(context),
        transaction ->
            known.outcome(
                transaction.getTransactionalId(),
                transaction.getProducerId(),
                transaction.getEpoch()));
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
    sink.addPostCommitTopology(committables);
  }
}
