package io.tidemark.jobs.score;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.Arrays;

/**
 * The first batches of a model, of zeros and of all sizes: afterwards ONNX Runtime has planned its
 * memory, and it is known what batches cost.
 */
final class WarmUp {
  private static final int LARGEST = 1_024;
  private static final int RUNS = 3;

  /** A model so slow that it has not come far by then is left at what is known. */
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private WarmUp() {}

  static BatchCost run(OnnxScoringEngine engine) throws OrtException {
    int most = Math.min(LARGEST, engine.maxRows());
    TensorRows rows = engine.newRows();
    BatchScores scores = new BatchScores(engine.maxRows());
    int[] sizes = new int[Integer.SIZE];
    long[] nanos = new long[Integer.SIZE];
    int measured = 0;
    long endNanos = System.nanoTime() + PATIENCE.toNanos();
    for (int size = 1; size <= most; size *= 2) {
      long best = Long.MAX_VALUE;
      for (int run = 0; run < RUNS; run++) {
        long startNanos = System.nanoTime();
        engine.score(rows, 0, size, scores);
        best = Math.min(best, Math.max(1, System.nanoTime() - startNanos));
      }
      sizes[measured] = size;
      nanos[measured++] = best;
      if (measured >= 2 && System.nanoTime() - endNanos > 0) {
        break;
      }
    }
    if (measured == 1) {
      return new BatchCost(nanos[0], 0);
    }
    return BatchCost.fit(Arrays.copyOf(sizes, measured), Arrays.copyOf(nanos, measured));
  }
}
