/**
 * The records that flow through a job and everything that makes or writes them: events, feature
 * vectors, scores, rejected records, drift counts and reports, their serializers, decoders and
 * sources.
 *
 * <p>The rooms {@code feature}, {@code join}, {@code score} and {@code drift} meet here and nowhere
 * else. What computes a value does not belong here.
 */
@NullMarked
package io.tidemark.jobs.event;

import org.jspecify.annotations.NullMarked;
