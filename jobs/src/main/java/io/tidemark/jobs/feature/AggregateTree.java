package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Mergeable;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The aggregates of a log's leaves, which are its sealed chunks, and of ever longer runs of them,
 * for aggregates that cannot give back what they took.
 *
 * <p><b>How it works.</b> A node of level 1 holds the aggregates of {@value AggregateNode#FAN_OUT}
 * neighbouring leaves; one of level 2 those of as many nodes of level 1, each once it is complete;
 * and so on. A range of leaves is covered by less than twice the fan-out of parts per level,
 * however long it is. All windows of a log share the tree, and an entry behind the head is added to
 * the parts that hold its leaf, one per level: nothing is rebuilt. (A queue per window, such as
 * {@link io.tidemark.aggregate.DabaLite}, needs fewer merges while entries come in order, but must
 * be rebuilt for each that does not, and either held whole in the key's header or read and written
 * slot by slot for every window.)
 *
 * <p>Cost: a new leaf one read and one write of a node, and as much again per {@value
 * AggregateNode#FAN_OUT} on the next level; a range about two reads per level. A log that stays in
 * memory holds the nodes it used last there.
 *
 * <p>Not thread-safe.
 */
final class AggregateTree {
  /** Ids of chunks are not negative; the first few negative ones have another use. */
  private static final long FIRST_ID = -16;

  private static final int LEVEL_BITS = 4;
  private static final int FAN_OUT = AggregateNode.FAN_OUT;

  private final LogWorkspace shared;
  private final List<ColumnAggregate> aggregates;
  private final int maxHeld;

  /** Those used last come last. */
  private final ArrayDeque<AggregateNode> held = new ArrayDeque<>();

  /**
   * @param resident whether nodes may stay in memory
   */
  AggregateTree(LogWorkspace shared, boolean resident) {
    this.shared = shared;
    this.aggregates = shared.treeAggregates;
    this.maxHeld = resident ? 4 * (1 + shared.layout.windows().size()) : 0;
  }

  /** Lets go of what is in memory; what is stored stays. */
  void release() {
    shared.heldChunks -= (long) held.size() * shared.chunksPerNode;
    held.clear();
  }

  /** Takes a chunk in whose leaf is the next. */
  void append(LogChunk chunk) throws Exception {
    AggregateNode node = nodeToAppend(1, chunk.leaf());
    Mergeable[] part = node.append();
    for (int i = 0; i < chunk.size(); i++) {
      add(part, chunk, i);
    }
    put(node);
    long index = chunk.leaf();
    for (int level = 2; index % FAN_OUT == FAN_OUT - 1; level++) {
      index /= FAN_OUT;
      merge(node, shared.total);
      node = nodeToAppend(level, index);
      Mergeable[] whole = node.append();
      for (int i = 0; i < whole.length; i++) {
        whole[i].copyFrom(shared.total[i]);
      }
      put(node);
    }
  }

  private AggregateNode nodeToAppend(int level, long index) throws Exception {
    if (index % FAN_OUT > 0) {
      return node(level, index / FAN_OUT);
    }
    AggregateNode node = emptyNode();
    node.begin(id(level, index / FAN_OUT));
    return node;
  }

  private static void merge(AggregateNode node, Mergeable[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i].clear();
      for (int child = 0; child < node.size(); child++) {
        target[i].merge(node.child(child)[i]);
      }
    }
  }

  /**
   * Takes in an entry that came into a sealed chunk.
   *
   * @param leaves how many there are
   */
  void insert(LogChunk chunk, int index, long leaves) throws Exception {
    long part = chunk.leaf();
    long partLeaves = 1;
    for (int level = 1; (part + 1) * partLeaves <= leaves; level++) {
      AggregateNode node = node(level, part / FAN_OUT);
      add(node.child((int) (part % FAN_OUT)), chunk, index);
      put(node);
      part /= FAN_OUT;
      partLeaves *= FAN_OUT;
    }
  }

  private void add(Mergeable[] part, LogChunk chunk, int index) {
    for (int i = 0; i < part.length; i++) {
      part[i].add(aggregates.get(i).value(chunk.cells(), chunk.at(index)), chunk.time(index));
    }
  }

  /** Forgets a leaf, the oldest. */
  void drop(long leaf) throws Exception {
    long part = leaf;
    for (int level = 1; part % FAN_OUT == FAN_OUT - 1; level++) {
      part /= FAN_OUT;
      long id = id(level, part);
      shared.chunks.remove(id);
      if (held.removeIf(node -> node.id() == id)) {
        shared.heldChunks -= shared.chunksPerNode;
      }
    }
  }

  /**
   * Merges the aggregates of some leaves into others, in the order of the leaves.
   *
   * @param to the first that is not merged
   * @param chosen which of the tree's aggregates each of the target is
   */
  void merge(long from, long to, int[] chosen, Mergeable[] target) throws Exception {
    merge(1, from, to, chosen, target);
  }

  private void merge(int level, long from, long to, int[] chosen, Mergeable[] target)
      throws Exception {
    long firstWhole = (from + FAN_OUT - 1) / FAN_OUT;
    long endWhole = to / FAN_OUT;
    if (firstWhole >= endWhole) {
      mergeParts(level, from, to, chosen, target);
      return;
    }
    mergeParts(level, from, firstWhole * FAN_OUT, chosen, target);
    merge(level + 1, firstWhole, endWhole, chosen, target);
    mergeParts(level, endWhole * FAN_OUT, to, chosen, target);
  }

  private void mergeParts(int level, long from, long to, int[] chosen, Mergeable[] target)
      throws Exception {
    long part = from;
    while (part < to) {
      AggregateNode node = node(level, part / FAN_OUT);
      long end = Math.min(to, (part / FAN_OUT + 1) * FAN_OUT);
      for (; part < end; part++) {
        Mergeable[] merged = node.child((int) (part % FAN_OUT));
        for (int i = 0; i < target.length; i++) {
          target[i].merge(merged[chosen[i]]);
        }
      }
    }
  }

  private static long id(int level, long index) {
    return FIRST_ID - (index << LEVEL_BITS | level);
  }

  /** A node that is there; valid until the next is asked for. */
  private AggregateNode node(int level, long index) throws Exception {
    long id = id(level, index);
    for (AggregateNode node : held) {
      if (node.id() == id) {
        if (node != held.peekLast()) {
          held.remove(node);
          held.add(node);
        }
        return node;
      }
    }
    byte[] bytes = shared.chunks.get(id);
    if (bytes == null) {
      throw new IllegalStateException(
          "Aggregates " + id + " of a log are missing: the state is damaged");
    }
    AggregateNode node = emptyNode();
    node.fromBytes(id, bytes);
    return node;
  }

  private AggregateNode emptyNode() {
    AggregateNode node;
    if (held.size() < maxHeld && shared.heldChunks < shared.maxHeldChunks) {
      node = new AggregateNode(aggregates);
      shared.heldChunks += shared.chunksPerNode;
    } else if (held.isEmpty()) {
      return shared.node;
    } else {
      node = held.remove();
    }
    held.add(node);
    return node;
  }

  private void put(AggregateNode node) throws Exception {
    shared.chunks.put(node.id(), node.toBytes(shared.writer));
  }
}
