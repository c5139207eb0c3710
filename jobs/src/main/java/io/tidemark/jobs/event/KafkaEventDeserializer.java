package io.tidemark.jobs.event;

import java.time.Clock;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns each record of an event's topic into an event or a rejection; it never throws. Behind a
 * history it leaves out the events that are the history's, and counts them: {@code
 * tidemark_events_before_hand_over_total}, with the label {@code event}.
 */
public final class KafkaEventDeserializer implements KafkaRecordDeserializationSchema<Ingested> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final Clock clock;
  private final @Nullable HandOver start;
  private transient JsonEventDecoder decoder;
  private transient Counter beforeStart; // where there is a start

  /**
   * @param clock tells how far ahead an event time is; must be serializable, as {@link
   *     Clock#systemUTC()} is
   */
  public KafkaEventDeserializer(EventSchema schema, Clock clock) {
    this(schema, clock, null);
  }

  /**
   * @param start what happened before comes from a history; null where there is none
   */
  public KafkaEventDeserializer(EventSchema schema, Clock clock, @Nullable HandOver start) {
    this.schema = schema;
    this.clock = clock;
    this.start = start;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    decoder = new JsonEventDecoder(schema, clock);
    if (start != null) {
      beforeStart =
          context
              .getMetricGroup()
              .addGroup("event", schema.contract().metadata().name())
              .counter("tidemark_events_before_hand_over_total");
    }
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Ingested> out) {
    Ingested ingested =
        decoder.decode(
            record.value(),
            new Origin(
                record.topic(),
                record.partition(),
                record.offset(),
                Math.max(0, record.timestamp())));
    Event event = ingested.event();
    if (start != null && event != null && !start.isLive(event.timeMillis())) {
      beforeStart.inc();
    } else {
      out.collect(ingested);
    }
  }

  @Override
  public TypeInformation<Ingested> getProducedType() {
    return RecordTypeInfo.INGESTED;
  }
}
