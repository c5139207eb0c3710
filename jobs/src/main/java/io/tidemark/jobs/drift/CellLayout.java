package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftKind;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the distributions of a baseline are counted in one array: for each feature, then for the
 * score, its cells and the records with no value; last, the records. At most 4.3 kB per
 * distribution; 28 kB for the bundled model.
 *
 * <p>Counted are the values that the model was given, so a feature's default too, as they are
 * before they are narrowed to the tensor's type; a value that is not a number or infinite lies in
 * no cell. The score counts where it is the model's own answer.
 */
final class CellLayout {
  private final Baseline baseline;
  private final ReferenceDistribution[] distributions;
  private final int[] columns;
  private final int[] offsets;
  private final int length;
  private final int digest;

  CellLayout(Baseline baseline) {
    this.baseline = baseline;
    List<ReferenceDistribution> all = new ArrayList<>(baseline.features());
    all.add(baseline.score());
    this.distributions = all.toArray(ReferenceDistribution[]::new);
    this.columns = baseline.columns().stream().mapToInt(Integer::intValue).toArray();
    this.offsets = new int[distributions.length];
    int next = 0;
    int hash = 1;
    for (int i = 0; i < distributions.length; i++) {
      offsets[i] = next;
      next += distributions[i].cells() + 1;
      hash = 31 * hash + distributions[i].gridDigest();
    }
    this.length = next + 1;
    this.digest = hash;
  }

  String version() {
    return baseline.version();
  }

  int length() {
    return length;
  }

  int digest() {
    return digest;
  }

  void count(Score score, long[] counts) {
    FeatureVector vector = score.vector();
    for (int i = 0; i < columns.length; i++) {
      ReferenceDistribution feature = distributions[i];
      double value = vector.value(columns[i]);
      int offset = offsets[i];
      if (Double.isFinite(value)) {
        counts[offset + feature.cell(value)]++;
        if (vector.status(columns[i]) == FeatureStatus.MISSING) {
          counts[offset + feature.cells()]++;
        }
      } else {
        counts[offset + feature.cells()]++;
      }
    }
    int offset = offsets[columns.length];
    ReferenceDistribution scores = distributions[columns.length];
    if (score.outcome() == Score.Outcome.SCORED && Double.isFinite(score.value())) {
      counts[offset + scores.cell(score.value())]++;
    } else {
      counts[offset + scores.cells()]++;
    }
    counts[length - 1]++;
  }

  long records(long[] counts) {
    return counts[length - 1];
  }

  /** One for each feature, then one for the score. */
  List<DriftReport> reports(
      DriftWindow window, boolean complete, long minimumSample, long[] counts) {
    List<DriftReport> reports = new ArrayList<>();
    for (int i = 0; i < distributions.length; i++) {
      ReferenceDistribution distribution = distributions[i];
      DriftDistance distance = distribution.distance(counts, offsets[i]);
      reports.add(
          new DriftReport(
              baseline.model(),
              baseline.version(),
              i < columns.length ? DriftKind.FEATURE : DriftKind.SCORE,
              distribution.name(),
              window.startMillis(),
              window.endMillis(),
              complete,
              distance.rows() >= minimumSample,
              records(counts),
              distance.rows(),
              counts[offsets[i] + distribution.cells()],
              distance.ks(),
              distance.ksError(),
              distance.psi()));
    }
    return reports;
  }
}
