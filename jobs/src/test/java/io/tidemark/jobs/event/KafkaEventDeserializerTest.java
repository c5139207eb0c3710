package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KafkaEventDeserializerTest {
  private final RecordedMetrics metrics = new RecordedMetrics();

  @Test
  void eventsOfTheHistoryAreLeftOutAndCounted() {
    Instant start = Instant.parse("2025-06-01T12:00:00Z");

    List<Ingested> read =
        read(
            new KafkaEventDeserializer(TestEvents.SCHEMA, TestEvents.CLOCK, new HandOver(start)),
            event(start.minusMillis(1)),
            event(start),
            "no event",
            event(start.minusSeconds(3_600)));

    assertThat(read).hasSize(2);
    assertThat(Objects.requireNonNull(read.get(0).event()).timeMillis())
        .isEqualTo(start.toEpochMilli());
    assertThat(read.get(1).rejected()).as("whenever it was meant to happen").isNotNull();
    assertThat(metrics.count("tidemark_events_before_hand_over_total{event=payments}"))
        .isEqualTo(2);
  }

  private static String event(Instant at) {
    return "{\"id\":1,\"at\":\"" + at + "\",\"customer\":\"ann\",\"amount\":1.5}";
  }

  private List<Ingested> read(KafkaEventDeserializer deserializer, String... records) {
    deserializer.open(
        new DeserializationSchema.InitializationContext() {
          @Override
          public MetricGroup getMetricGroup() {
            return metrics;
          }

          @Override
          public UserCodeClassLoader getUserCodeClassLoader() {
            return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
          }
        });
    List<Ingested> read = new ArrayList<>();
    Collector<Ingested> out =
        new Collector<>() {
          @Override
          public void collect(Ingested ingested) {
            read.add(ingested);
          }

          @Override
          public void close() {}
        };
    for (String record : records) {
      deserializer.deserialize(
          new ConsumerRecord<>("payments", 0, read.size(), new byte[0], record.getBytes(UTF_8)),
          out);
    }
    return read;
  }
}
