package io.tidemark.jobs.score;

import io.tidemark.jobs.event.Score;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * The one record in which an operator hands on all of its scores, each with the time stamp of its
 * vector: with object reuse nobody keeps it.
 *
 * <p>Not thread-safe: belongs to the task thread.
 */
final class ReusedRecord {
  private static final long NO_TIMESTAMP = Long.MIN_VALUE;

  private final StreamRecord<Score> record = new StreamRecord<>(null);

  /** The time stamp of a record as a number. */
  static long timestampOf(StreamRecord<?> record) {
    return record.hasTimestamp() ? record.getTimestamp() : NO_TIMESTAMP;
  }

  /** A record with such a time stamp. */
  static <T> StreamRecord<T> of(T value, long timestamp) {
    return timestamp == NO_TIMESTAMP
        ? new StreamRecord<>(value)
        : new StreamRecord<>(value, timestamp);
  }

  StreamRecord<Score> with(Score score, long timestamp) {
    record.replace(score, timestamp);
    if (timestamp == NO_TIMESTAMP) {
      record.eraseTimestamp();
    }
    return record;
  }
}
