package io.tidemark.cli.bench.scoring;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventFormat;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.VectorColumns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Feature vectors that all differ: a processor learns the paths that a few rows take through trees,
 * and is then faster than it would ever be in a job.
 */
final class Vectors {
  private static final long SEED = 7;

  private final FeatureVector[] vectors;

  private Vectors(FeatureVector[] vectors) {
    this.vectors = vectors;
  }

  /**
   * @param count a power of two
   */
  static Vectors draw(int count) {
    if (Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException(count + " is no power of two");
    }
    SplittableRandom random = new SplittableRandom(SEED);
    VectorColumns columns = VectorColumns.of(BenchModel.MLP.contract());
    Event trigger = trigger();
    FeatureVector[] vectors = new FeatureVector[count];
    for (int i = 0; i < count; i++) {
      FeatureVector vector = FeatureVector.of(trigger, columns);
      for (int column = 0; column < BenchModel.COLUMNS; column++) {
        vector.set(column, random.nextGaussian(), FeatureStatus.OK);
      }
      vectors[i] = vector;
    }
    return new Vectors(vectors);
  }

  FeatureVector get(long i) {
    return vectors[(int) i & (vectors.length - 1)];
  }

  int count() {
    return vectors.length;
  }

  /** All of them as one tensor of floats. */
  FloatBuffer tensor() {
    FloatBuffer floats =
        ByteBuffer.allocateDirect(vectors.length * BenchModel.COLUMNS * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < vectors.length; i++) {
      for (int column = 0; column < BenchModel.COLUMNS; column++) {
        floats.put(i * BenchModel.COLUMNS + column, (float) vectors[i].value(column));
      }
    }
    return floats;
  }

  /** An event, of which scoring asks nothing. */
  private static Event trigger() {
    EventSchema schema =
        new EventSchema(
            new EventContract(
                new Metadata("payments", new SemanticVersion(1, 0, 0), "tidemark", ""),
                new TopicUri("payments"),
                new TopicUri("payments_rejected"),
                new TopicUri("payments_late"),
                EventFormat.JSON,
                "id",
                new EventTime(
                    "time",
                    Duration.ZERO,
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Instant.parse("2000-01-01T00:00:00Z"),
                    Duration.ofHours(1)),
                List.of(
                    new EventField("id", FieldType.LONG, false, null, null, null),
                    new EventField("time", FieldType.TIMESTAMP, false, null, null, null))));
    byte[] json = "{\"id\":1,\"time\":\"2025-01-01T00:00:00Z\"}".getBytes(StandardCharsets.UTF_8);
    return Objects.requireNonNull(
        new JsonEventDecoder(schema, Clock.systemUTC())
            .decode(json, new Origin("payments", 0, 0, 0))
            .event());
  }
}
