package io.tidemark.jobs.sink;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Upsert;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * Runs {@link LatestFeatures} so that its timers outlive the end of an input. Flink would fire all
 * of them there, though no time has passed, and the savepoint of a drained job would hold keys that
 * nothing withdraws any more.
 *
 * <p>Savepoints of jobs that an earlier release has drained are such ones: a timer is armed by the
 * first event of a key alone, so that keys which were published by then stay on the topic for ever,
 * with the values of their latest event. Only a job started without that savepoint, into an empty
 * topic, is without them; to look at all keys at every start would cost all other jobs too much.
 */
public final class LatestFeaturesOperator
    extends KeyedProcessOperator<String, FeatureVector, Upsert> {
  private static final long serialVersionUID = 1L;

  public LatestFeaturesOperator(LatestFeatures function) {
    super(function);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      output.emitWatermark(mark);
    } else {
      super.processWatermark(mark);
    }
  }
}
