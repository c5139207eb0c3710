package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * A quantile of the present values from a KLL sketch: a value that was added, whose rank is off by
 * at most a share of the count, whatever the distribution. Where values may be off by a share of
 * themselves instead, {@link Quantile} is invertible and gives the same answer every time.
 *
 * <p>Laws: associative and commutative up to the error; not invertible. Not deterministic beyond
 * the first 200 values: which values a full sketch keeps is drawn by lot. Error: exact up to 200
 * values; beyond, a rank off by at most 1.33 % of the count, with 99 % confidence. Memory: at most
 * about 5 kB. Cost: an append; a sort of some hundred values once in as many.
 *
 * @see <a href="https://doi.org/10.1109/FOCS.2016.17">Z. Karnin, K. Lang, E. Liberty, Optimal
 *     Quantile Approximation in Streams, FOCS 2016</a>
 */
public final class RankQuantile implements Mergeable {
  static final int SKETCH_K = 200;
  static final double RANK_ERROR = KllDoublesSketch.getNormalizedRankError(SKETCH_K, false);
  static final int LARGEST_BYTES = 8192;

  private final double rank;
  private KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance(SKETCH_K);

  /**
   * @param rank of the value asked for: 0 the smallest, 0.5 the median, 1 the largest
   */
  public RankQuantile(double rank) {
    this.rank = rank;
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      sketch.update(value);
    }
  }

  @Override
  public double result(long asOfMillis) {
    return sketch.isEmpty()
        ? Double.NaN
        : sketch.getQuantile(rank, QuantileSearchCriteria.INCLUSIVE);
  }

  @Override
  public void clear() {
    if (!sketch.isEmpty()) {
      sketch.reset();
    }
  }

  @Override
  public void merge(Accumulator later) {
    sketch.merge(((RankQuantile) later).sketch);
  }

  @Override
  public void copyFrom(Accumulator other) {
    clear();
    merge(other);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    byte[] bytes = sketch.toByteArray();
    StateFormat.writeUnsigned(out, bytes.length);
    out.write(bytes);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    byte[] bytes = new byte[StateFormat.readSize(in, LARGEST_BYTES)];
    in.readFully(bytes);
    sketch = KllDoublesSketch.heapify(Memory.wrap(bytes));
  }
}
