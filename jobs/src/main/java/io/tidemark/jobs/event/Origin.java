package io.tidemark.jobs.event;

/**
 * Where a record came from.
 *
 * @param source topic or file
 * @param partition of the topic; -1 for a file
 * @param position offset in the partition, or line of the file
 * @param timestampMillis when the broker took it; 0 where unknown
 */
public record Origin(String source, int partition, long position, long timestampMillis) {}
