package io.tidemark.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.apache.datasketches.frequencies.ErrorType;
import org.apache.datasketches.frequencies.LongsSketch;
import org.apache.datasketches.frequencies.LongsSketch.Row;
import org.apache.datasketches.memory.Memory;

/**
 * The k most frequent of the present values, the most frequent first, of equally frequent ones the
 * smaller first; filled up with NaN.
 *
 * <p><b>How it works.</b> The frequent-items sketch counts up to 768 distinct values exactly. A
 * further one makes all counts smaller by their median and drops those that fall to 0; how much was
 * taken away is remembered and bounds the error.
 *
 * <p>Laws: associative and commutative, exactly up to 768 distinct values and up to the error
 * beyond; not invertible. Deterministic. Error: none up to 768 distinct values; beyond, a count is
 * off by at most 3.5/1024 = 0.34 % of all values. Memory: 16 bytes a distinct value, at most 16 kB.
 * Cost: one hash; a sweep over the counts once in some hundred values. Reading sorts the counts.
 *
 * @see <a href="https://arxiv.org/abs/1705.07001">D. Anderson, P. Bevan, K. Lang, E. Liberty, L.
 *     Rhodes, J. Thaler, A High-Performance Algorithm for Identifying Frequent Items in Data
 *     Streams, IMC 2017</a>
 */
public final class TopValues implements Mergeable {
  static final int SLOTS = 1024;
  static final int LARGEST_SKETCH_BYTES = 16 * SLOTS;
  private static final Comparator<Row> MOST_FREQUENT_FIRST =
      Comparator.comparingLong(Row::getEstimate)
          .reversed()
          .thenComparingDouble(row -> ValueCounts.value(row.getItem()));

  private final int k;
  private final LongsSketch counts = new LongsSketch(SLOTS);
  private double[] answer = {};
  private boolean answered;

  /**
   * @param k 1 to 256
   */
  public TopValues(int k) {
    this.k = k;
  }

  @Override
  public void add(double value, long timeMillis) {
    if (Accumulator.isPresent(value)) {
      counts.update(ValueCounts.key(value));
      answered = false;
    }
  }

  @Override
  public int width() {
    return k;
  }

  @Override
  public double result(long asOfMillis) {
    return result(0, asOfMillis);
  }

  @Override
  public double result(int index, long asOfMillis) {
    Objects.checkIndex(index, k);
    if (!answered) {
      Row[] rows = counts.getFrequentItems(ErrorType.NO_FALSE_NEGATIVES);
      answer =
          Arrays.stream(rows)
              .sorted(MOST_FREQUENT_FIRST)
              .limit(k)
              .mapToDouble(row -> ValueCounts.value(row.getItem()))
              .toArray();
      answered = true;
    }
    return index < answer.length ? answer[index] : Double.NaN;
  }

  @Override
  public void clear() {
    if (!counts.isEmpty()) {
      counts.reset();
    }
    answered = false;
  }

  @Override
  public void merge(Accumulator later) {
    counts.merge(((TopValues) later).counts);
    answered = false;
  }

  @Override
  public void copyFrom(Accumulator other) {
    clear();
    merge(other);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    StateFormat.writeVersion(out);
    byte[] bytes = counts.toByteArray();
    StateFormat.writeUnsigned(out, bytes.length);
    out.write(bytes);
  }

  @Override
  public void read(DataInput in) throws IOException {
    StateFormat.readVersion(in);
    byte[] bytes = new byte[StateFormat.readSize(in, LARGEST_SKETCH_BYTES)];
    in.readFully(bytes);
    clear();
    counts.merge(LongsSketch.getInstance(Memory.wrap(bytes)));
  }
}
