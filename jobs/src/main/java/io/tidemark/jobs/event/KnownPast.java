package io.tidemark.jobs.event;

/**
 * What a keyed operator knows of the events before, in milliseconds of event time.
 *
 * @param sinceMillis all events since then were seen
 * @param forgottenUpToMillis a key without state may have had events up to then, which were
 *     forgotten when no window reached them any more; {@link Long#MIN_VALUE} where none reaches
 *     them now either
 */
public record KnownPast(long sinceMillis, long forgottenUpToMillis) {
  /** Of a job that has seen all events that there ever were. */
  public static final KnownPast ALL = new KnownPast(Long.MIN_VALUE, Long.MIN_VALUE);

  /** Of a job that has seen all events since a time. */
  public static KnownPast since(long millis) {
    return new KnownPast(millis, Long.MIN_VALUE);
  }

  /** The same, where keys were forgotten. */
  public KnownPast forgetting(long upToMillis) {
    return new KnownPast(sinceMillis, Math.max(forgottenUpToMillis, upToMillis));
  }
}
