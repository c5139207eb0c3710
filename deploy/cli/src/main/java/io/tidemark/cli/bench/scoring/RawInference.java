package io.tidemark.cli.bench.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * ONNX Runtime and nothing else, in one thread: tensors that lie in memory before, an output that
 * is written in place, no row looked at. What any job that scores is bounded by.
 */
final class RawInference implements AutoCloseable {
  private static final int[] BATCHES = {64, 128, 256, 512, 1_024};
  private static final int ROWS_TO_CHOOSE = 16_384;

  private final BenchModel model;
  private final OrtSession session;
  private final FloatBuffer rows;
  private final int count;
  private final int batch;

  /** Finds the best batch. */
  RawInference(BenchModel model, Vectors vectors) throws OrtException {
    this.model = model;
    this.session = RowSession.session(model);
    this.rows = vectors.tensor();
    this.count = vectors.count();
    int best = 0;
    long bestNanos = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      for (int size : BATCHES) {
        long startNanos = System.nanoTime();
        run(Math.min(ROWS_TO_CHOOSE, count), size);
        long nanos = System.nanoTime() - startNanos;
        if (round > 0 && nanos < bestNanos) {
          bestNanos = nanos;
          best = size;
        }
      }
    }
    this.batch = best;
  }

  Load measure(long records) throws OrtException {
    long beginCpuNanos = ProcessorTime.nanos();
    long beginNanos = System.nanoTime();
    long done = run(records, batch);
    return new Load(done, System.nanoTime() - beginNanos, ProcessorTime.nanos() - beginCpuNanos);
  }

  /** At least so many records, in whole batches. */
  private long run(long records, int size) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int columns = model.outputColumns();
    FloatBuffer scores =
        ByteBuffer.allocateDirect(size * columns * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    long done = 0;
    int at = 0;
    while (done < records) {
      FloatBuffer part =
          rows.duplicate()
              .position(at * BenchModel.COLUMNS)
              .limit((at + size) * BenchModel.COLUMNS);
      try (OnnxTensor input =
              OnnxTensor.createTensor(environment, part, new long[] {size, BenchModel.COLUMNS});
          OnnxTensor output =
              OnnxTensor.createTensor(environment, scores.duplicate(), new long[] {size, columns});
          OrtSession.Result ignored =
              session.run(Map.of(model.input(), input), Map.of(model.output().tensor(), output))) {
        done += size;
      }
      at = at + 2 * size <= count ? at + size : 0;
    }
    return done;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
