package io.tidemark.jobs.event;

import io.tidemark.jobs.state.StateManifest;
import java.io.Serializable;
import java.util.OptionalLong;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.streaming.api.operators.KeyContext;

/**
 * The features of one entity, computed from the events of the current key. A keyed operator sets
 * the key, decides about order and lateness, and asks; implementations hold the state.
 */
public interface KeyedFeatures extends Serializable {

  /** What became of an event. */
  enum Outcome {
    /** Taken in, and the key had no event before. */
    ACCEPTED_FIRST,
    ACCEPTED,
    /** Its id was taken in before: nothing changed, no column was filled. */
    DUPLICATE,
    /** So far behind the key's latest event that it cannot count: nothing changed, none filled. */
    TOO_LATE
  }

  /**
   * What the state of a job that begins now will hold: nothing so far.
   *
   * @see #resume
   */
  StateManifest manifest();

  /**
   * Takes over state; called before {@link #open}, or not at all where there is none.
   *
   * @param manifest of these features, with all layouts that keys may still lie in
   */
  void resume(StateManifest manifest);

  /**
   * Makes the state handles; called once before anything that works with state.
   *
   * @param keys tells and sets the current key
   * @param cacheBytes how much heap may hold state of several keys until {@link #flush}; 0 where
   *     Flink shows one key after another
   */
  void open(KeyedStateStore state, KeyContext keys, long cacheBytes);

  /**
   * Takes the trigger in as an event of the current key and fills the entity's columns as of it,
   * itself included.
   *
   * @param past what is known of the key's events
   */
  Outcome update(FeatureVector trigger, KnownPast past) throws Exception;

  /**
   * How many values of the event that {@link #update} last took in enter no aggregate, being null,
   * NaN or infinite; a value that several features aggregate counts once.
   */
  int skippedValues();

  /**
   * Fills the entity's columns as of the trigger, itself included, and changes no state.
   *
   * @return false if its id was taken in before: no column was filled
   */
  boolean answer(FeatureVector trigger, KnownPast past) throws Exception;

  /** Fills the entity's columns of a trigger that has no key. */
  void missing(FeatureVector trigger);

  /** What {@link #retentionMillis} is where the state of a key is never forgotten. */
  long FOR_EVER = Long.MAX_VALUE;

  /**
   * How long after its last event the state of a key can still change an answer; {@link #FOR_EVER}
   * where some feature is over the key's whole life.
   */
  long retentionMillis();

  /**
   * Forgets the current key if no answer at or after {@code nowMillis} can depend on it.
   *
   * @return when to ask again, in event time; empty where the key is forgotten
   */
  OptionalLong expire(long nowMillis) throws Exception;

  /**
   * Hands over a part of what {@link #flush} would, shortly before it is expected to be called, so
   * that it takes less time. May be called with any current key, and leaves that as it is.
   *
   * @param step from 1
   * @param steps number of the last one, which leaves least
   */
  void flushAhead(int step, int steps) throws Exception;

  /** Hands all state over to Flink's; called by every checkpoint before Flink takes its own. */
  void flush() throws Exception;

  /** Name of the feature contract, as a label of metrics. */
  String contract();

  /** Tells layouts of state apart that a release without manifests wrote. */
  String legacyLayout();
}
