/**
 * What a job keeps: Delta Lake tables under one folder, {@code events/<event>}, {@code
 * features/<model>} and {@code scores/<model>} of a job that scores, {@code entities/<contract>} of
 * one that publishes features, each partitioned by {@code date}, the UTC day of the event time.
 * This package says which columns they have; {@code history.delta} writes them, and says what is
 * guaranteed.
 *
 * <p>What identifies a person is masked as in rejected records: tables of events and of entities
 * hold the fixed mark in its place, that of features has no column for it. A training set or a
 * backfill that needs such a field as a key reads it where it still is, in the topic.
 */
@NullMarked
package io.tidemark.jobs.history;

import org.jspecify.annotations.NullMarked;
