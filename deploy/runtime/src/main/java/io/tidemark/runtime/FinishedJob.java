package io.tidemark.runtime;

import java.time.Instant;

/** A job that has ended as it should, and when. */
record FinishedJob(String name, Instant end) {}
