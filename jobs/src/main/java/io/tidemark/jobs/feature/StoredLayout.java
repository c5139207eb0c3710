package io.tidemark.jobs.feature;

import io.tidemark.aggregate.AggregateSpec;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.ColumnAggregate;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A layout with what its columns mean: enough to read the bytes of a key that were written with it,
 * and to tell which of its columns and running states another layout has, too.
 *
 * <p>Its own bytes stand in savepoints: a byte of version, the columns, and per window its kind by
 * name with its lengths in milliseconds, the columns that are summed, the aggregates by name with
 * their parameters and column. How long entries are kept says nothing of how they lie, and is left
 * out.
 *
 * @param columns what each means, see {@link io.tidemark.contract.review.StateParts#column}
 */
record StoredLayout(LogLayout layout, List<String> columns) implements Serializable {
  private static final byte VERSION = 1;
  private static final long NO_HOP = 0;

  StoredLayout {
    columns = List.copyOf(columns);
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeInt(columns.size());
      for (String column : columns) {
        out.writeUTF(column);
      }
      out.writeInt(layout.windows().size());
      for (WindowSpec spec : layout.windows()) {
        write(spec.window(), out);
        out.writeInt(spec.columns().size());
        for (int column : spec.columns()) {
          out.writeInt(column);
        }
        out.writeInt(spec.aggregates().size());
        for (ColumnAggregate aggregate : spec.aggregates()) {
          write(aggregate, out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A buffer in memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Window window, DataOutputStream out) throws IOException {
    if (window instanceof Trailing trailing) {
      Duration hop = trailing.hop();
      write("trailing", trailing.size(), trailing.delay(), out);
      out.writeLong(hop == null ? NO_HOP : hop.toMillis());
    } else if (window instanceof Session session) {
      write("session", session.gap(), session.maximum(), out);
    } else if (window instanceof Tumbling tumbling) {
      write("tumbling", tumbling.period(), tumbling.offset(), out);
    } else {
      out.writeUTF("lifetime");
    }
  }

  private static void write(String kind, Duration one, Duration other, DataOutputStream out)
      throws IOException {
    out.writeUTF(kind);
    out.writeLong(one.toMillis());
    out.writeLong(other.toMillis());
  }

  private static void write(ColumnAggregate aggregate, DataOutputStream out) throws IOException {
    out.writeUTF(aggregate.spec().kind().yamlName());
    out.writeInt(aggregate.spec().parameters().size());
    for (double parameter : aggregate.spec().parameters()) {
      out.writeDouble(parameter);
    }
    out.writeInt(aggregate.column());
  }

  /**
   * @throws IllegalStateException if another release wrote what this one cannot read
   */
  static StoredLayout of(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "A layout of state in format version "
                + version
                + ", but this release reads version "
                + VERSION
                + ": the savepoint was written by a later release");
      }
      List<String> columns = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        columns.add(in.readUTF());
      }
      List<WindowSpec> windows = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        windows.add(readSpec(in));
      }
      return new StoredLayout(new LogLayout(columns.size(), windows, 0), columns);
    } catch (IOException e) {
      throw new UncheckedIOException("A layout of state is damaged", e);
    }
  }

  private static WindowSpec readSpec(DataInputStream in) throws IOException {
    Window window = readWindow(in);
    List<Integer> sums = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      sums.add(in.readInt());
    }
    List<ColumnAggregate> aggregates = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      aggregates.add(readAggregate(in));
    }
    return new WindowSpec(window, sums, aggregates);
  }

  private static Window readWindow(DataInputStream in) throws IOException {
    String kind = in.readUTF();
    return switch (kind) {
      case "trailing" -> {
        Duration size = Duration.ofMillis(in.readLong());
        Duration delay = Duration.ofMillis(in.readLong());
        long hop = in.readLong();
        yield new Trailing(size, delay, hop == NO_HOP ? null : Duration.ofMillis(hop));
      }
      case "session" ->
          new Session(Duration.ofMillis(in.readLong()), Duration.ofMillis(in.readLong()));
      case "tumbling" ->
          new Tumbling(Duration.ofMillis(in.readLong()), Duration.ofMillis(in.readLong()));
      case "lifetime" -> new Lifetime();
      default -> throw new IllegalStateException("No kind of window of this release: " + kind);
    };
  }

  private static ColumnAggregate readAggregate(DataInputStream in) throws IOException {
    String name = in.readUTF();
    AggregateKind kind =
        Arrays.stream(AggregateKind.values())
            .filter(each -> each.yamlName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No aggregate of this release: " + name));
    List<Double> parameters = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      parameters.add(in.readDouble());
    }
    return new ColumnAggregate(new AggregateSpec(kind, parameters), in.readInt());
  }

  /** Which column means the same as one of another layout; {@link LogGaps#NONE} where none does. */
  int columnLike(StoredLayout other, int column) {
    return columns.indexOf(other.columns.get(column));
  }

  /** Where a window of this layout stands; {@link LogGaps#NONE} where it has none such. */
  int indexOf(Window window) {
    for (int i = 0; i < layout.windows().size(); i++) {
      if (layout.windows().get(i).window().equals(window)) {
        return i;
      }
    }
    return LogGaps.NONE;
  }

  /** Whether an aggregate of this layout is one of another layout. */
  boolean isSame(ColumnAggregate own, StoredLayout other, ColumnAggregate theirs) {
    return own.spec().equals(theirs.spec())
        && Objects.equals(meaning(own.column()), other.meaning(theirs.column()));
  }

  private @Nullable String meaning(int column) {
    return column == ColumnAggregate.EVENT ? null : columns.get(column);
  }
}
