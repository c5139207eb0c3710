package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import java.io.IOException;
import java.util.List;

/**
 * Up to {@value #FAN_OUT} neighbouring parts of a log, each as its aggregates: a node of an {@link
 * AggregateTree}. Mutable and not thread-safe.
 */
final class AggregateNode {
  static final int FAN_OUT = 16;

  private static final byte FORMAT = 1;

  private final List<ColumnAggregate> aggregates;

  /** By child and aggregate; made when first needed, and kept. */
  private final Mergeable[][] children = new Mergeable[FAN_OUT][];

  private long id;
  private int size;

  AggregateNode(List<ColumnAggregate> aggregates) {
    this.aggregates = aggregates;
  }

  /** Empties this node and gives it an identity. */
  void begin(long id) {
    this.id = id;
    this.size = 0;
  }

  long id() {
    return id;
  }

  int size() {
    return size;
  }

  /** The aggregates of a child, in the tree's order. */
  Mergeable[] child(int index) {
    return children[index];
  }

  /** A further child, empty. */
  Mergeable[] append() {
    Mergeable[] child = children[size];
    if (child == null) {
      child = newAccumulators(aggregates);
      children[size] = child;
    } else {
      for (Mergeable accumulator : child) {
        accumulator.clear();
      }
    }
    size++;
    return child;
  }

  static Mergeable[] newAccumulators(List<ColumnAggregate> aggregates) {
    return aggregates.stream()
        .map(aggregate -> aggregate.spec().newAccumulator())
        .toArray(Mergeable[]::new);
  }

  byte[] toBytes(ByteWriter out) throws IOException {
    out.reset();
    out.writeByte(FORMAT);
    out.writeUnsigned(size);
    for (int i = 0; i < size; i++) {
      for (Mergeable accumulator : children[i]) {
        accumulator.write(out.asDataOutput());
      }
    }
    return out.toBytes();
  }

  void fromBytes(long nodeId, byte[] bytes) throws IOException {
    ByteReader in = new ByteReader(bytes);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "Aggregates of a log in format version "
              + format
              + ", but this release reads version "
              + FORMAT);
    }
    begin(nodeId);
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      for (Mergeable accumulator : append()) {
        accumulator.read(in.asDataInput());
      }
    }
  }
}
