package io.tidemark.jobs.event;

import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.connector.base.source.hybrid.HybridSource;
import org.apache.flink.connector.base.source.hybrid.HybridSourceEnumeratorState;
import org.apache.flink.connector.base.source.hybrid.HybridSourceSplit;

/**
 * A bounded history that a job reads before it follows its topic, so that features are warm with
 * the first live event.
 *
 * @param files events before the hand-over, and the watermark that ends them
 * @param end where the topic takes over
 */
public record EventHistory(EventFileSource files, HandOver end) {
  /**
   * Both as one source. The topic is opened when the history has been read to its end. A job that
   * goes on from a savepoint behind the hand-over needs the same source, but no longer the files.
   *
   * @param topic gives events from the hand-over on
   */
  public <S extends SourceSplit, C>
      Source<Ingested, HybridSourceSplit, HybridSourceEnumeratorState> before(
          Source<Ingested, S, C> topic) {
    return HybridSource.<Ingested, EventFileEnumerator>builder(files)
        .addSource(new AfterHistorySource<>(topic, end))
        .build();
  }
}
