package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

/** What a refused commit is taken for; with a broker see the tests of {@code deploy/cli}. */
class TransactionCommitterTest {
  private static final TransactionCommitter.Outcomes OUTCOMES =
      transaction ->
          switch (transaction.getTransactionalId()) {
            case "lost" -> TransactionOutcome.NOT_COMMITTED;
            case "committed" -> TransactionOutcome.COMMITTED;
            case "untold" -> TransactionOutcome.UNKNOWN;
            default -> throw new InterruptedException();
          };

  private final List<String> signals = new ArrayList<>();

  @Test
  void whatWasCommittedBeforeIsNoFailureAndTheRestIs() throws Exception {
    commit(TransactionCommitterTest::refuse, "lost", "committed", "untold");

    assertThat(signals)
        .containsExactly(
            "lost failed: fenced", "committed already committed", "untold failed: fenced");
  }

  @Test
  void whatIsNotAnsweredBeforeAnInterruptIsNotJudged() {
    assertThatThrownBy(
            () -> commit(TransactionCommitterTest::refuse, "committed", "interrupting", "lost"))
        .isInstanceOf(InterruptedException.class);

    assertThat(signals).containsExactly("committed already committed");
  }

  @Test
  void whatGoesOnIsPassedOn() throws Exception {
    commit(
        requests -> {
          for (CommitRequest<KafkaCommittable> request : requests) {
            request.retryLater();
            request.updateAndRetryLater(request.getCommittable());
            request.signalAlreadyCommitted();
            request.signalFailedWithUnknownReason(new IllegalStateException("no idea"));
          }
        },
        "committed");

    assertThat(signals)
        .containsExactly(
            "committed later",
            "committed updated",
            "committed already committed",
            "committed failed for what nobody knows: no idea");
  }

  /** Flink's committer, as far as it answers. */
  private interface Answer {
    void to(Collection<CommitRequest<KafkaCommittable>> requests);
  }

  private static void refuse(Collection<CommitRequest<KafkaCommittable>> requests) {
    for (CommitRequest<KafkaCommittable> request : requests) {
      request.signalFailedWithKnownReason(new ProducerFencedException("fenced"));
    }
  }

  private void commit(Answer answer, String... transactions) throws Exception {
    boolean[] closed = {false};
    Committer<KafkaCommittable> flinks =
        new Committer<>() {
          @Override
          public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
            answer.to(requests);
          }

          @Override
          public void close() {
            closed[0] = true;
          }
        };
    try (TransactionCommitter committer = new TransactionCommitter(flinks, OUTCOMES)) {
      List<CommitRequest<KafkaCommittable>> requests = new ArrayList<>();
      for (String id : transactions) {
        requests.add(new Request(new KafkaCommittable(7, (short) 0, id, null), signals));
      }
      committer.commit(requests);
    }
    assertThat(closed[0]).isTrue();
  }

  private record Request(KafkaCommittable getCommittable, List<String> signals)
      implements CommitRequest<KafkaCommittable> {
    private void signal(String what) {
      signals.add(getCommittable.getTransactionalId() + " " + what);
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      signal("failed: " + reason.getMessage());
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      signal("failed for what nobody knows: " + reason.getMessage());
    }

    @Override
    public void retryLater() {
      signal("later");
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      signal("updated");
    }

    @Override
    public void signalAlreadyCommitted() {
      signal("already committed");
    }
  }
}
