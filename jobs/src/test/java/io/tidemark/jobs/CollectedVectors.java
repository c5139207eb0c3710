package io.tidemark.jobs;

import io.tidemark.jobs.event.FeatureVector;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** The vectors of a job in this process, by the name of the run. */
final class CollectedVectors implements Sink<FeatureVector> {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Queue<FeatureVector>> RUNS = new ConcurrentHashMap<>();

  private final String run;

  CollectedVectors(String run) {
    this.run = run;
  }

  static Queue<FeatureVector> of(String run) {
    return RUNS.computeIfAbsent(run, key -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public SinkWriter<FeatureVector> createWriter(WriterInitContext context) {
    return new SinkWriter<>() {
      @Override
      public void write(FeatureVector vector, Context writing) {
        of(run).add(vector);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
