package io.tidemark.jobs.sink;

import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.KeyedFeatures;
import io.tidemark.jobs.event.Upsert;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the features of one entity as of its latest event. A vector as of an earlier time than
 * the last one published goes no further, so that a topic compacted by key keeps the latest values
 * whatever the order of arrival; of several with the same time the last one stands, for it has seen
 * the others. A late vector is not published: its event changed no feature.
 *
 * <p>When the watermark has passed the longest window behind a key's last event, all of its
 * features are what they are for a key never seen: the key is forgotten here, and a record without
 * a value lets the topic forget it.
 *
 * <p>State: per key the event time last published, in milliseconds, and the key as published, from
 * format version 1 on: one byte of version, eight of time, the key.
 */
public final class LatestFeatures extends KeyedProcessFunction<String, FeatureVector, Upsert> {
  private static final long serialVersionUID = 1L;

  private final EntityKey key;
  private final FeatureJson format;
  private final long retentionMillis;

  private transient ValueState<byte[]> published;
  private transient PublicationMetrics metrics;

  /**
   * @param key selects the same key that the input is partitioned by
   * @param retentionMillis how long after a key's last event its features can differ from those of
   *     a key without events, as {@link KeyedFeatures#retentionMillis} says
   */
  public LatestFeatures(EntityKey key, FeatureJson format, long retentionMillis) {
    this.key = key;
    this.format = format;
    this.retentionMillis = retentionMillis;
  }

  @Override
  public void open(OpenContext context) {
    metrics = new PublicationMetrics(getRuntimeContext().getMetricGroup(), format.contract());
    published =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>("published", BytePrimitiveArraySerializer.INSTANCE));
  }

  @Override
  public void processElement(FeatureVector vector, Context context, Collector<Upsert> out)
      throws Exception {
    Event event = vector.trigger();
    if (key.isNull(event)) {
      metrics.withoutEntity.inc();
      return;
    }
    if (vector.isLate()) {
      metrics.late.inc();
      return;
    }
    Published last = Published.read(published.value());
    if (last != null && event.timeMillis() < last.timeMillis) {
      metrics.superseded.inc();
      return;
    }
    byte[] topicKey = last == null ? format.key(event) : last.key;
    if (last == null && retentionMillis != KeyedFeatures.FOR_EVER) {
      context.timerService().registerEventTimeTimer(event.timeMillis() + retentionMillis);
    }
    published.update(new Published(event.timeMillis(), topicKey).bytes());
    metrics.published.inc();
    out.collect(new Upsert(topicKey, format.value(vector)));
  }

  @Override
  public void onTimer(long timeMillis, OnTimerContext context, Collector<Upsert> out)
      throws Exception {
    Published last = Published.read(published.value());
    if (last == null || context.timerService().currentWatermark() == Long.MAX_VALUE) {
      // In batch mode every timer fires at the end of its key, though no time has passed.
      return;
    }
    long endMillis = last.timeMillis + retentionMillis;
    if (timeMillis < endMillis) {
      context.timerService().registerEventTimeTimer(endMillis);
      return;
    }
    published.clear();
    metrics.expired.inc();
    out.collect(new Upsert(last.key, null));
  }

  /** What the topic holds for a key. */
  private record Published(long timeMillis, byte[] key) {
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Long.BYTES;

    static @Nullable Published read(byte @Nullable [] bytes) {
      if (bytes == null) {
        return null;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      byte format = buffer.get();
      if (format != FORMAT) {
        throw new IllegalStateException(
            "A published key in format version "
                + format
                + ", but this release reads version "
                + FORMAT
                + ": the savepoint was written by another release");
      }
      long timeMillis = buffer.getLong();
      return new Published(timeMillis, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
    }

    byte[] bytes() {
      return ByteBuffer.allocate(HEADER_BYTES + key.length)
          .put(FORMAT)
          .putLong(timeMillis)
          .put(key)
          .array();
    }
  }
}
