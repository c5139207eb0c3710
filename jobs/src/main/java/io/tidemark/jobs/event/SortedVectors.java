package io.tidemark.jobs.event;

import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Passes all vectors on in the total order of events, for outputs that a person compares: it takes
 * one key and so one subtask. Late vectors pass as they come.
 */
public final class SortedVectors extends OrderedOperator {
  private static final long serialVersionUID = 1L;

  /** Every vector has the same key. */
  public static final KeySelector<FeatureVector, String> ONE_KEY = vector -> "";

  public SortedVectors(EventSchema schema, VectorColumns columns, EventOrder order) {
    super(schema, columns, order, null, ONE_KEY, 0);
  }

  @Override
  protected void onVector(FeatureVector vector) {
    emit(vector);
  }

  @Override
  protected void onLateVector(FeatureVector vector) {
    emit(vector);
  }

  @Override
  protected void onTimer(long timeMillis) {
    throw new IllegalStateException("No timer is ever registered");
  }

  @Override
  protected void writeKeyGroup(int keyGroup, DataOutputView out) {}

  @Override
  protected void readKeyGroup(int keyGroup, long firedUpTo, DataInputView in) {}

  @Override
  protected void readLegacyKeyGroup(int keyGroup, DataInputView in) {}
}
