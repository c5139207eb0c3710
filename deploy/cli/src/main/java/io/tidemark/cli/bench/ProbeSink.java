package io.tidemark.cli.bench;

import java.io.Serializable;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Adds up answers, tells the {@link Probe} of the run, and drops them. */
record ProbeSink<T>(Reader<T> reader) implements Sink<T> {

  /** Reads an answer. */
  interface Reader<T> extends Serializable {
    long timeMillis(T answer);

    long counts(T answer);

    double averages(T answer);
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    return new Writer<>(reader, Probe.current(), context.getTaskInfo().getIndexOfThisSubtask());
  }

  private static final class Writer<T> implements SinkWriter<T> {
    private final Reader<T> reader;
    private final Probe probe;
    private final int subtask;
    private long nextMillis;
    private long answers;
    private long counts;
    private double averages;

    Writer(Reader<T> reader, Probe probe, int subtask) {
      this.reader = reader;
      this.probe = probe;
      this.subtask = subtask;
      this.nextMillis = probe.fromMillis();
    }

    @Override
    public void write(T answer, Context context) {
      long timeMillis = reader.timeMillis(answer);
      if (timeMillis >= nextMillis) {
        nextMillis = probe.reach(timeMillis);
      }
      answers++;
      counts += reader.counts(answer);
      averages += reader.averages(answer);
      probe.count(subtask, answers);
    }

    @Override
    public void flush(boolean endOfInput) {
      if (endOfInput) {
        probe.finish(new Answers(answers, counts, averages));
      }
    }

    @Override
    public void close() {}
  }
}
