package io.tidemark.jobs.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A trigger event on its way to a score, with the features gathered so far: one value and one
 * status per column of the model's inputs, in tensor order. A value not yet computed is NaN with
 * status {@code MISSING}.
 *
 * <p>Each keyed operator fills its own columns and passes the same vector on; behind the last of
 * them nobody writes to it any more, so that several sinks and the scorer may hold it.
 */
public final class FeatureVector {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long ALL_OK = FeatureStatus.OK.code() * 0x0101010101010101L;

  private final Event trigger;
  private final int columnsDigest;
  private final double[] values;
  private final byte[] statuses;
  private boolean late;
  private @Nullable ModelStamp stamp;

  FeatureVector(Event trigger, int columnsDigest, double[] values, byte[] statuses, boolean late) {
    this.trigger = trigger;
    this.columnsDigest = columnsDigest;
    this.values = values;
    this.statuses = statuses;
    this.late = late;
  }

  /** A vector with all columns still missing. */
  public static FeatureVector of(Event trigger, VectorColumns columns) {
    double[] values = new double[columns.count()];
    Arrays.fill(values, Double.NaN);
    byte[] statuses = new byte[values.length];
    Arrays.fill(statuses, FeatureStatus.MISSING.code());
    return new FeatureVector(trigger, columns.digest(), values, statuses, false);
  }

  public Event trigger() {
    return trigger;
  }

  public int columns() {
    return values.length;
  }

  /** Which columns these are, see {@link VectorColumns#digest}. */
  public int columnsDigest() {
    return columnsDigest;
  }

  /** NaN where there is no value. */
  public double value(int column) {
    return values[column];
  }

  public FeatureStatus status(int column) {
    return FeatureStatus.ofCode(statuses[column]);
  }

  /** The worst of all columns' statuses; {@code OK} where there are none. */
  public FeatureStatus worstStatus() {
    if (areAllOk()) {
      return FeatureStatus.OK;
    }
    byte worst = FeatureStatus.OK.code(); // codes ascend from best to worst
    for (byte status : statuses) {
      if (status > worst) {
        worst = status;
      }
    }
    return FeatureStatus.ofCode(worst);
  }

  /** Next to all vectors are: eight columns at a time, of which the last overlap. */
  private boolean areAllOk() {
    int last = statuses.length - Long.BYTES;
    if (last < 0) {
      return false; // or too few to tell so
    }
    long different = (long) EIGHT.get(statuses, last) ^ ALL_OK;
    for (int from = 0; from < last; from += Long.BYTES) {
      different |= (long) EIGHT.get(statuses, from) ^ ALL_OK;
    }
    return different == 0;
  }

  public void set(int column, double value, FeatureStatus status) {
    values[column] = value;
    statuses[column] = status.code();
  }

  /** Whether the trigger came behind the watermark: it is still answered, but changed no state. */
  public boolean isLate() {
    return late;
  }

  public void markLate() {
    late = true;
  }

  /** The version of a model that is to score it; null for the job's own. */
  public @Nullable ModelStamp stamp() {
    return stamp;
  }

  public void stamp(@Nullable ModelStamp chosen) {
    stamp = chosen;
  }

  /** A vector of some of the columns, of the same trigger. */
  FeatureVector select(int digest, int[] positions) {
    double[] chosen = new double[positions.length];
    byte[] theirStatuses = new byte[positions.length];
    for (int i = 0; i < positions.length; i++) {
      chosen[i] = values[positions[i]];
      theirStatuses[i] = statuses[positions[i]];
    }
    FeatureVector selected = new FeatureVector(trigger, digest, chosen, theirStatuses, late);
    selected.stamp(stamp);
    return selected;
  }

  double[] values() {
    return values;
  }

  byte[] statuses() {
    return statuses;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureVector vector
        && trigger.equals(vector.trigger)
        && columnsDigest == vector.columnsDigest
        && Arrays.equals(values, vector.values)
        && Arrays.equals(statuses, vector.statuses)
        && late == vector.late
        && Objects.equals(stamp, vector.stamp);
  }

  @Override
  public int hashCode() {
    return 31 * trigger.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "FeatureVector{"
        + trigger
        + ", values="
        + Arrays.toString(values)
        + ", statuses="
        + Arrays.toString(statuses)
        + ", late="
        + late
        + ", stamp="
        + stamp
        + "}";
  }
}
