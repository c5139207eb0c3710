package io.tidemark.contract;

import java.io.Serializable;

/** A Kafka topic as contracts name it, {@code kafka://NAME}; the brokers are a job's setting. */
public record TopicUri(String topic) implements Serializable {
  public static final String PREFIX = "kafka://";

  @Override
  public String toString() {
    return PREFIX + topic;
  }
}
