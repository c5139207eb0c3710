package io.tidemark.jobs.event;

import java.time.Clock;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Turns each record of an event's topic into an event or a rejection; it never throws. */
public final class KafkaEventDeserializer implements KafkaRecordDeserializationSchema<Ingested> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final Clock clock;
  private transient JsonEventDecoder decoder;

  /**
   * @param clock tells how far ahead an event time is; must be serializable, as {@link
   *     Clock#systemUTC()} is
   */
  public KafkaEventDeserializer(EventSchema schema, Clock clock) {
    this.schema = schema;
    this.clock = clock;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = new JsonEventDecoder(schema, clock);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Ingested> out) {
    out.collect(
        decoder.decode(
            record.value(),
            new Origin(
                record.topic(),
                record.partition(),
                record.offset(),
                Math.max(0, record.timestamp()))));
  }

  @Override
  public TypeInformation<Ingested> getProducedType() {
    return RecordTypeInfo.INGESTED;
  }
}
