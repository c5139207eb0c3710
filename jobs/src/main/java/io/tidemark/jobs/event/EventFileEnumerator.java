package io.tidemark.jobs.event;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsBatchSnapshot;
import org.jspecify.annotations.Nullable;

/** Hands the one split of an {@link EventFileSource} to the first reader that asks. */
final class EventFileEnumerator
    implements SplitEnumerator<EventFileSplit, List<EventFileSplit>>, SupportsBatchSnapshot {
  private final SplitEnumeratorContext<EventFileSplit> context;
  private final Deque<EventFileSplit> unassigned;

  EventFileEnumerator(
      SplitEnumeratorContext<EventFileSplit> context, List<EventFileSplit> unassigned) {
    this.context = context;
    this.unassigned = new ArrayDeque<>(unassigned);
  }

  @Override
  public void start() {}

  @Override
  public void handleSplitRequest(int subtask, @Nullable String requesterHostname) {
    EventFileSplit split = unassigned.poll();
    if (split != null) {
      context.assignSplit(split, subtask);
    }
    context.signalNoMoreSplits(subtask);
  }

  @Override
  public void addSplitsBack(List<EventFileSplit> splits, int subtask) {
    unassigned.addAll(splits);
  }

  @Override
  public void addReader(int subtask) {}

  @Override
  public List<EventFileSplit> snapshotState(long checkpointId) {
    return List.copyOf(unassigned);
  }

  @Override
  public void close() {}
}
