package io.tidemark.contract;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * The time of an event and how much disorder is expected of it.
 *
 * @param field the timestamp field that holds the event time
 * @param outOfOrderness how far behind the highest time seen an event may still be in time
 * @param idleness silence after which a partition no longer holds the watermark back
 * @param allowedLateness how far behind the watermark an event may still change state in arrival
 *     order
 * @param min earliest accepted event time
 * @param maxAhead how far an event time may lie ahead of the clock
 */
public record EventTime(
    String field,
    Duration outOfOrderness,
    Duration idleness,
    Duration allowedLateness,
    Instant min,
    Duration maxAhead)
    implements Serializable {}
