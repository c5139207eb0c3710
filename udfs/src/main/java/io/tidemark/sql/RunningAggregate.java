package io.tidemark.sql;

import io.tidemark.aggregate.Accumulator;
import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.aggregate.Invertible;
import io.tidemark.aggregate.Mergeable;
import io.tidemark.aggregate.TrailingWindow;
import io.tidemark.contract.AggregateKind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate of SQL while it runs: it learns its parameters, which SQL hands over with every row,
 * from the first one. Not thread-safe.
 */
public final class RunningAggregate {
  private static final byte FORMAT = 1;

  private final AggregateKind kind;
  private @Nullable AggregateSpec spec;
  private @Nullable Accumulator accumulator;

  /** 0 for an aggregate over all that came. */
  private long trailingMillis;

  private long newestMillis = Long.MIN_VALUE;

  RunningAggregate(AggregateKind kind) {
    this.kind = kind;
  }

  /** Starts with these parameters, or sees to it that they are still the same. */
  void require(long trailing, double... parameters) {
    AggregateSpec known = spec;
    if (known == null) {
      List<Double> values = new ArrayList<>(parameters.length);
      for (double parameter : parameters) {
        values.add(parameter);
      }
      start(new AggregateSpec(kind, values), trailing);
      return;
    }
    boolean same = trailing == trailingMillis && parameters.length == known.parameters().size();
    for (int i = 0; same && i < parameters.length; i++) {
      same = parameters[i] == known.parameters().get(i);
    }
    if (!same) {
      throw new IllegalArgumentException(
          "The parameters of "
              + kind
              + " are constants, but changed from "
              + known.parameters()
              + " within one group");
    }
  }

  private void start(AggregateSpec started, long trailing) {
    spec = started;
    trailingMillis = trailing;
    accumulator =
        trailing == 0
            ? started.newAccumulator()
            : new TrailingWindow(started, Duration.ofMillis(trailing));
  }

  void add(double value, long timeMillis) {
    newestMillis = Math.max(newestMillis, timeMillis);
    started().add(value, timeMillis);
  }

  void remove(double value, long timeMillis) {
    ((Invertible) started()).remove(value, timeMillis);
  }

  private Accumulator started() {
    if (accumulator == null) {
      throw new IllegalStateException(kind + " has not been given its parameters");
    }
    return accumulator;
  }

  void merge(RunningAggregate later) {
    if (later.accumulator == null || later.spec == null) {
      return;
    }
    if (accumulator == null) {
      start(later.spec, later.trailingMillis);
    }
    newestMillis = Math.max(newestMillis, later.newestMillis);
    ((Mergeable) started()).merge(later.accumulator);
  }

  /** How many numbers the answer has; none before the first row. */
  int width() {
    return accumulator == null ? 0 : accumulator.width();
  }

  /** As of the youngest time given; NaN before the first row. */
  double result() {
    return accumulator == null ? Double.NaN : accumulator.result(newestMillis);
  }

  double result(int index) {
    return started().result(index, newestMillis);
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    AggregateSpec known = spec;
    out.writeBoolean(known != null);
    if (known != null) {
      out.writeShort(known.parameters().size());
      for (double parameter : known.parameters()) {
        out.writeDouble(parameter);
      }
      out.writeLong(trailingMillis);
      out.writeLong(newestMillis);
      started().write(out);
    }
  }

  static RunningAggregate read(AggregateKind kind, DataInput in) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IllegalStateException(
          "State of an SQL aggregate in format version "
              + format
              + ", but this release reads version "
              + FORMAT
              + ": the savepoint was written by another release");
    }
    RunningAggregate aggregate = new RunningAggregate(kind);
    if (in.readBoolean()) {
      int size = in.readUnsignedShort();
      List<Double> parameters = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        parameters.add(in.readDouble());
      }
      aggregate.start(new AggregateSpec(kind, parameters), in.readLong());
      aggregate.newestMillis = in.readLong();
      aggregate.started().read(in);
    }
    return aggregate;
  }
}
