package io.tidemark.jobs.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

/** Of two subtasks; the first has the only split. */
class EndingSourceTest {
  private static final EventFileSplit SPLIT = EventFileSplit.start(List.of("events.csv"));

  private final Flink flink = new Flink();
  private final LikeKafka source = new LikeKafka(Boundedness.BOUNDED);
  private final EndingSource<Ingested, EventFileSplit, List<EventFileSplit>> ending =
      new EndingSource<>(source);

  @Test
  void readersOfARestoredEnumeratorAreToldOnce() throws Exception {
    try (SplitEnumerator<EventFileSplit, List<EventFileSplit>> enumerator =
        ending.restoreEnumerator(flink, List.of(SPLIT))) {
      enumerator.start();
      register(enumerator, 0);
      assertThat(flink.journal).as("splits are looked for").isEmpty();
      flink.triggerAllActions();
      assertThat(flink.journal).containsExactly("0: no more");
      register(enumerator, 1);
    }

    assertThat(flink.journal).containsExactly("0: no more", "1: no more");
  }

  @Test
  void readerThatStartsAgainGetsItsSplitsBackAndIsToldAgain() throws Exception {
    try (SplitEnumerator<EventFileSplit, List<EventFileSplit>> enumerator =
        ending.restoreEnumerator(flink, List.of(SPLIT))) {
      enumerator.start();
      register(enumerator, 0);
      flink.triggerAllActions();
      flink.journal.clear();

      flink.registeredReaders().remove(0);
      enumerator.addSplitsBack(List.of(SPLIT), 0);
      register(enumerator, 0);
    }

    assertThat(flink.journal).containsExactly("0: a split", "0: no more");
  }

  @Test
  void readersOfAFirstStartAreToldBehindTheirSplitsAndOnce() throws Exception {
    try (SplitEnumerator<EventFileSplit, List<EventFileSplit>> enumerator =
        ending.createEnumerator(flink)) {
      enumerator.start();
      register(enumerator, 0);
      flink.triggerAllActions();
      register(enumerator, 1);
    }

    assertThat(flink.journal).containsExactly("0: a split", "0: no more", "1: no more");
  }

  @Test
  void nobodyIsToldWhenLookingForSplitsFails() throws Exception {
    source.broken = true;
    try (SplitEnumerator<EventFileSplit, List<EventFileSplit>> enumerator =
        ending.restoreEnumerator(flink, List.of(SPLIT))) {
      enumerator.start();
      register(enumerator, 0);

      assertThatThrownBy(flink::triggerAllActions).hasMessageContaining("No broker");
    }

    assertThat(flink.journal).isEmpty();
  }

  @Test
  void sourceWithoutAnEndIsRefused() {
    LikeKafka endless = new LikeKafka(Boundedness.CONTINUOUS_UNBOUNDED);

    assertThatThrownBy(() -> new EndingSource<>(endless))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void register(
      SplitEnumerator<EventFileSplit, List<EventFileSplit>> enumerator, int subtask) {
    flink.registerReader(subtask, "localhost");
    enumerator.addReader(subtask);
  }

  /** Notes what readers are given and told. */
  private static final class Flink extends TestingSplitEnumeratorContext<EventFileSplit> {
    private final List<String> journal = new ArrayList<>();

    Flink() {
      super(2);
    }

    @Override
    public void assignSplits(SplitsAssignment<EventFileSplit> assignment) {
      super.assignSplits(assignment);
      assignment
          .assignment()
          .forEach(
              (subtask, splits) -> splits.forEach(split -> journal.add(subtask + ": a split")));
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
      super.signalNoMoreSplits(subtask);
      journal.add(subtask + ": no more");
    }
  }

  /** With an enumerator that does what Kafka's does, the omission included. */
  private static final class LikeKafka
      implements Source<Ingested, EventFileSplit, List<EventFileSplit>> {
    private static final long serialVersionUID = 1L;
    private final Boundedness boundedness;
    private boolean broken;

    LikeKafka(Boundedness boundedness) {
      this.boundedness = boundedness;
    }

    @Override
    public Boundedness getBoundedness() {
      return boundedness;
    }

    @Override
    public SourceReader<Ingested, EventFileSplit> createReader(SourceReaderContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SplitEnumerator<EventFileSplit, List<EventFileSplit>> createEnumerator(
        SplitEnumeratorContext<EventFileSplit> context) {
      return new Enumerator(context, false);
    }

    @Override
    public SplitEnumerator<EventFileSplit, List<EventFileSplit>> restoreEnumerator(
        SplitEnumeratorContext<EventFileSplit> context, List<EventFileSplit> checkpoint) {
      return new Enumerator(context, true);
    }

    @Override
    public SimpleVersionedSerializer<EventFileSplit> getSplitSerializer() {
      return EventFileSplit.SERIALIZER;
    }

    @Override
    public SimpleVersionedSerializer<List<EventFileSplit>> getEnumeratorCheckpointSerializer() {
      return EventFileSplit.LIST_SERIALIZER;
    }

    private final class Enumerator
        implements SplitEnumerator<EventFileSplit, List<EventFileSplit>> {
      private final SplitEnumeratorContext<EventFileSplit> context;
      private final boolean known;
      private final List<EventFileSplit> pending = new ArrayList<>();
      private boolean noMore;

      Enumerator(SplitEnumeratorContext<EventFileSplit> context, boolean known) {
        this.context = context;
        this.known = known;
      }

      @Override
      public void start() {
        context.callAsync(
            () -> known ? List.<EventFileSplit>of() : List.of(SPLIT),
            (found, failure) -> {
              if (broken) {
                throw new IllegalStateException("No broker answers");
              }
              if (!found.isEmpty()) {
                context.callAsync(() -> found, (initialised, none) -> found(initialised));
              }
            });
      }

      private void found(List<EventFileSplit> splits) {
        noMore = true;
        pending.addAll(splits);
        List.copyOf(context.registeredReaders().keySet()).forEach(this::assign);
      }

      private void assign(int subtask) {
        if (subtask == 0) {
          pending.forEach(split -> context.assignSplit(split, 0));
          pending.clear();
        }
        if (noMore) {
          context.signalNoMoreSplits(subtask);
        }
      }

      @Override
      public void addReader(int subtask) {
        assign(subtask);
      }

      @Override
      public void addSplitsBack(List<EventFileSplit> splits, int subtask) {
        pending.addAll(splits);
      }

      @Override
      public void handleSplitRequest(int subtask, String host) {}

      @Override
      public List<EventFileSplit> snapshotState(long checkpointId) {
        return List.of();
      }

      @Override
      public void close() {}
    }
  }
}
