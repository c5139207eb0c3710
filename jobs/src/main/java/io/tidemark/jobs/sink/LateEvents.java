package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventJson;
import io.tidemark.jobs.event.EventSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Late events on their topic, keyed by id, as the JSON that their contract describes. */
public final class LateEvents implements KafkaRecordSerializationSchema<Event> {
  private static final long serialVersionUID = 1L;

  private final EventSchema schema;
  private final String topic;

  public LateEvents(EventSchema schema) {
    this.schema = schema;
    this.topic = schema.contract().late().topic();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Event event, KafkaSinkContext context, @Nullable Long timestamp) {
    String id = String.valueOf(EventFields.text(schema, schema.idField(), event));
    // No event time as the record's own: the broker deletes by it, and late events may be old.
    return new ProducerRecord<>(topic, id.getBytes(UTF_8), EventJson.bytes(schema, event));
  }
}
