package io.tidemark.jobs.feature;

/**
 * An end of windows, as it follows the head of a log.
 *
 * @param distanceMillis behind the head
 * @param hopMillis grid since the epoch that it is rounded down to; 0 for none
 * @param gapMillis a pause longer than this moves it up to the pause's end; 0 for never
 */
record Edge(long distanceMillis, long hopMillis, long gapMillis) {

  static Edge exact(long distanceMillis) {
    return new Edge(distanceMillis, 0, 0);
  }

  /** Entries up to this time lie before the edge, pauses left aside. */
  long limit(long headMillis) {
    long limit = headMillis - distanceMillis;
    return hopMillis == 0 ? limit : Math.floorDiv(limit, hopMillis) * hopMillis;
  }

  boolean isOfSession() {
    return gapMillis > 0;
  }
}
