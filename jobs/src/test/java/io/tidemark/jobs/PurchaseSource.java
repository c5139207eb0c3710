package io.tidemark.jobs;

import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.Ingested;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceEnumerator;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReaderBase;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.util.NumberSequenceIterator;

/**
 * {@link WindowDomain#purchases} in one split, in the order of arrival. A checkpoint holds which
 * one is next and no place of a file, so that it can be restored on any machine.
 */
final class PurchaseSource
    implements Source<Ingested, NumberSequenceSplit, Collection<NumberSequenceSplit>> {
  private static final long serialVersionUID = 1L;

  private final int seed;
  private final int count;
  private final int users;

  /** Of the purchases, some of which come twice. */
  private final NumberSequenceSource numbers;

  PurchaseSource(int seed, int count, int users) {
    this.seed = seed;
    this.count = count;
    this.users = users;
    this.numbers = new NumberSequenceSource(0, purchases().size() - 1L);
  }

  /** What it yields. */
  List<Purchase> purchases() {
    return WindowDomain.purchases(seed, count, users);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<Ingested, NumberSequenceSplit> createReader(SourceReaderContext context) {
    return new Reader(context, purchases());
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> createEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context) {
    return new IteratorSourceEnumerator<>(
        context, List.of(new NumberSequenceSplit("purchases", numbers.getFrom(), numbers.getTo())));
  }

  @Override
  public SplitEnumerator<NumberSequenceSplit, Collection<NumberSequenceSplit>> restoreEnumerator(
      SplitEnumeratorContext<NumberSequenceSplit> context,
      Collection<NumberSequenceSplit> unassigned) {
    return new IteratorSourceEnumerator<>(context, unassigned);
  }

  @Override
  public SimpleVersionedSerializer<NumberSequenceSplit> getSplitSerializer() {
    return numbers.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<Collection<NumberSequenceSplit>>
      getEnumeratorCheckpointSerializer() {
    return numbers.getEnumeratorCheckpointSerializer();
  }

  private static final class Reader
      extends IteratorSourceReaderBase<
          Long, Ingested, NumberSequenceIterator, NumberSequenceSplit> {
    private final List<Purchase> purchases;

    Reader(SourceReaderContext context, List<Purchase> purchases) {
      super(context);
      this.purchases = purchases;
    }

    @Override
    protected Ingested convert(Long number) {
      return Ingested.accepted(purchases.get(number.intValue()).event());
    }
  }
}
