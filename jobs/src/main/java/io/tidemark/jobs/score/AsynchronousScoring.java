package io.tidemark.jobs.score;

import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Score;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@link OnnxScoringFunction} beside the task, answers in the order of the records: what
 * {@code AsyncDataStream.orderedWait} does, for less than half of what that costs per record.
 *
 * <p>How it works: records, watermarks and idle statuses stand in one queue in the order they came.
 * Flink's operator sends each answer through the mailbox, which takes a lock for every record, and
 * tells its log of each. This one relies on the function's giving all answers of a batch in the
 * task thread, behind one mail, and empties the queue once behind them. Unlike Flink's it lets no
 * idle status overtake a record.
 *
 * <p>What is in flight is kept in checkpoints as Flink's operator keeps it, under the same name:
 * either restores what the other has left.
 */
public final class AsynchronousScoring extends AbstractUdfStreamOperator<Score, OnnxScoringFunction>
    implements OneInputStreamOperator<FeatureVector, Score>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  /** As in Flink's {@code AsyncWaitOperator}. */
  private static final String STATE = "_async_wait_operator_state_";

  private final transient MailboxExecutor mailbox;

  // Set when the operator is set up.
  private transient TypeSerializer<StreamElement> elements;
  private transient ArrayDeque<Queued> queue;
  private transient int capacity; // of the queue, when the function is open
  private transient ReusedRecord reused;
  private transient @Nullable ListState<StreamElement> restored; // until the operator is open

  private AsynchronousScoring(
      StreamOperatorParameters<Score> parameters, OnnxScoringFunction function) {
    super(function);
    this.mailbox = parameters.getMailboxExecutor();
    this.processingTimeService = parameters.getProcessingTimeService();
    // Not by super(parameters, function), which would do it before the function is set.
    setup(parameters.getContainingTask(), parameters.getStreamConfig(), parameters.getOutput());
  }

  /** The operator with the models of a job. */
  public static OneInputStreamOperatorFactory<FeatureVector, Score> of(ScoringModels models) {
    return of(new OnnxScoringFunction(models));
  }

  /** The operator around a function. */
  public static OneInputStreamOperatorFactory<FeatureVector, Score> of(
      OnnxScoringFunction function) {
    return new Factory(function);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    queue = new ArrayDeque<>();
    reused = new ReusedRecord();
    elements =
        new StreamElementSerializer<>(
            getOperatorConfig().getTypeSerializerIn(0, getUserCodeClassloader()));
    restored =
        context.getOperatorStateStore().getListState(new ListStateDescriptor<>(STATE, elements));
  }

  @Override
  public void open() throws Exception {
    super.open();
    capacity = userFunction.capacity();
    ListState<StreamElement> inFlight = restored;
    restored = null;
    if (inFlight != null) {
      for (StreamElement element : inFlight.get()) {
        if (element.isRecord()) {
          processElement(element.asRecord());
        } else {
          processWatermark(element.asWatermark());
        }
      }
    }
  }

  @Override
  public void processElement(StreamRecord<FeatureVector> record) throws Exception {
    Pending pending = new Pending(record.getValue(), ReusedRecord.timestampOf(record));
    enqueue(pending);
    userFunction.asyncInvoke(pending.vector, pending);
    if (pending.answer != null) {
      emitAnswered();
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (queue.isEmpty()) {
      super.processWatermark(mark);
    } else {
      enqueue(new Mark(mark));
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    if (queue.isEmpty()) {
      super.processWatermarkStatus(status);
    } else {
      enqueue(new Mark(status));
    }
  }

  /** Where the queue is full the mail that empties it is worked off meanwhile. */
  private void enqueue(Queued queued) throws InterruptedException {
    while (queue.size() >= capacity) {
      mailbox.yield();
    }
    queue.add(queued);
  }

  private void emitAnswered() throws Exception {
    for (Queued head = queue.peek(); head != null; head = queue.peek()) {
      if (head instanceof Pending pending) {
        if (pending.answer == null) {
          return;
        }
        queue.remove();
        output.collect(reused.with(pending.answer, pending.timestamp));
      } else if (head instanceof Mark mark) {
        queue.remove();
        forward(mark.element);
      }
    }
  }

  private void forward(StreamElement element) throws Exception {
    if (element.isWatermark()) {
      super.processWatermark(element.asWatermark());
    } else {
      super.processWatermarkStatus(element.asWatermarkStatus());
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<StreamElement> inFlight = new ArrayList<>(queue.size());
    for (Queued queued : queue) {
      if (queued instanceof Pending pending) {
        inFlight.add(ReusedRecord.of(pending.vector, pending.timestamp));
      } else if (queued instanceof Mark mark && mark.element.isWatermark()) {
        inFlight.add(mark.element); // a status is said again after a restart
      }
    }
    getOperatorStateBackend()
        .getListState(new ListStateDescriptor<>(STATE, elements))
        .update(inFlight);
  }

  @Override
  public void endInput() throws InterruptedException {
    while (!queue.isEmpty()) {
      mailbox.yield();
    }
  }

  /** What stands in the queue. */
  private sealed interface Queued permits Pending, Mark {}

  /** A watermark, or a status of them, that records stand before. */
  private record Mark(StreamElement element) implements Queued {}

  /**
   * A record and its answer, of which the first counts.
   *
   * <p>Belongs to the task thread: another may only give the answer through a supplier.
   */
  private final class Pending implements Queued, ScoreFuture {
    private final FeatureVector vector;
    private final long timestamp; // as ReusedRecord tells it
    private @Nullable Score answer;

    Pending(FeatureVector vector, long timestamp) {
      this.vector = vector;
      this.timestamp = timestamp;
    }

    @Override
    public void answer(Score score) {
      if (answer == null) {
        answer = score;
      }
    }

    @Override
    public void complete(Collection<Score> results) {
      answer(results.iterator().next());
    }

    @Override
    public void complete(CollectionSupplier<Score> supplier) {
      mailbox.execute(
          () -> {
            complete(supplier.get());
            emitAnswered();
          },
          "answers of a batch");
    }

    /** Never called: whatever happens to a record, the function has an answer. */
    @Override
    public void completeExceptionally(Throwable error) {
      throw new UnsupportedOperationException("A record without an answer", error);
    }
  }

  /** Makes the operator in its task. */
  private static final class Factory extends AbstractStreamOperatorFactory<Score>
      implements OneInputStreamOperatorFactory<FeatureVector, Score> {
    private static final long serialVersionUID = 1L;

    private final OnnxScoringFunction function;

    Factory(OnnxScoringFunction function) {
      this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked") // as every factory of an operator must
    public <T extends StreamOperator<Score>> T createStreamOperator(
        StreamOperatorParameters<Score> parameters) {
      return (T) new AsynchronousScoring(parameters, function);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return AsynchronousScoring.class;
    }
  }
}
