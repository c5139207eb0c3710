package io.tidemark.cli.bench.scoring;

import io.tidemark.jobs.event.Score;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Tells the mounted {@link Feed} of every answer, and drops it. */
record FeedSink() implements Sink<Score> {
  @Override
  public SinkWriter<Score> createWriter(WriterInitContext context) {
    return new Writer(Feed.current());
  }

  private record Writer(Feed feed) implements SinkWriter<Score> {
    @Override
    public void write(Score score, Context context) {
      feed.answered(score);
    }

    @Override
    public void flush(boolean endOfInput) {}

    @Override
    public void close() {}
  }
}
