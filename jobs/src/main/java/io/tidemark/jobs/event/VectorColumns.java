package io.tidemark.jobs.event;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The columns of a job's feature vectors: those of a model in tensor order, or chosen ones. */
public final class VectorColumns implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final int digest;

  /**
   * @param names as model contracts spell features, see {@link FeatureRef}
   */
  public VectorColumns(List<String> names) {
    this.names = List.copyOf(names);
    this.digest = this.names.hashCode();
  }

  public static VectorColumns of(ModelContract model) {
    return new VectorColumns(model.features().stream().map(FeatureRef::toString).toList());
  }

  public List<String> names() {
    return names;
  }

  /** The columns of several models together: those of the first, then what the others add. */
  public static VectorColumns union(List<VectorColumns> columns) {
    List<String> all = new ArrayList<>(columns.get(0).names);
    for (VectorColumns more : columns) {
      for (String name : more.names) {
        if (!all.contains(name)) {
          all.add(name);
        }
      }
    }
    return new VectorColumns(all);
  }

  /**
   * Where these columns stand among others.
   *
   * @throws IllegalArgumentException if one is not there
   */
  int[] positionsIn(VectorColumns others) {
    int[] positions = names.stream().mapToInt(others.names::indexOf).toArray();
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0) {
        throw new IllegalArgumentException(names.get(i) + " is not among " + others.names);
      }
    }
    return positions;
  }

  /** Where a feature stands: more than once where several tensors take it; empty if nowhere. */
  public int[] positions(FeatureRef feature) {
    String name = feature.toString();
    return IntStream.range(0, names.size()).filter(i -> names.get(i).equals(name)).toArray();
  }

  public int count() {
    return names.size();
  }

  /** Tells columns apart by a few bytes: other names, or another order, have another digest. */
  public int digest() {
    return digest;
  }

  /**
   * @throws IllegalStateException if a vector that was restored has other columns than the model
   *     has now: its values would be taken for those of other features
   */
  public void requireSame(FeatureVector vector) {
    if (vector.columnsDigest() != digest) {
      throw new IllegalStateException(
          "The savepoint holds events in flight whose features are not the model's inputs now, "
              + names
              + ". Start without this savepoint, or end the old job with 'stop --drain' first");
    }
  }
}
