package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a sink fail at given points, one after another, each once in this process, with some
 * commits between them. Found by name, for sinks are serialized.
 */
final class Faults implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Plan> PLANS = new ConcurrentHashMap<>();

  /** Where a process may die. */
  enum Point {
    IN_THE_MIDDLE_OF_A_FILE,
    BEFORE_THE_COMMIT,
    BEFORE_THE_LOG_ENTRY,
    AFTER_THE_LOG_ENTRY,
    BEFORE_THE_ACKNOWLEDGEMENT
  }

  private final String name;

  /**
   * @param name unique in this process
   * @param commitsBetween how many commits succeed before each fault
   */
  Faults(String name, int commitsBetween, List<Point> points) {
    this.name = name;
    PLANS.put(name, new Plan(commitsBetween, points));
  }

  /** Those that have not happened. */
  List<Point> left() {
    return plan().left();
  }

  DeltaSink<Long> sink(String table, RowFormat<Long> rows) {
    return new DeltaSink<>(
        table,
        "numbers",
        "faults",
        new FaultyRows(this, rows),
        uri ->
            new FaultyLog(
                this, new StandaloneLog(TableFiles.configuration(), uri, Clock.systemUTC())),
        Backoff.DEFAULT);
  }

  private Plan plan() {
    return PLANS.get(name);
  }

  /** What is still to happen; seen by all tasks. */
  private static final class Plan {
    private final int commitsBetween;
    private final Deque<Point> points;
    private int commits;
    private boolean committed;

    Plan(int commitsBetween, List<Point> points) {
      this.commitsBetween = commitsBetween;
      this.points = new ArrayDeque<>(points);
    }

    synchronized List<Point> left() {
      return List.copyOf(points);
    }

    synchronized boolean isDue(Point point) {
      boolean due = commits >= commitsBetween && point == points.peek();
      if (due) {
        points.remove();
        commits = 0;
      }
      return due;
    }

    synchronized void committed() {
      commits++;
      committed |= commits > commitsBetween && points.peek() == Point.BEFORE_THE_ACKNOWLEDGEMENT;
    }

    /** A row that comes behind a commit and before the checkpoint that would forget it. */
    synchronized boolean isDueAtRow() {
      if (committed) {
        committed = false;
        return isDue(Point.BEFORE_THE_ACKNOWLEDGEMENT);
      }
      return isDue(Point.IN_THE_MIDDLE_OF_A_FILE);
    }
  }

  private record FaultyRows(Faults faults, RowFormat<Long> rows) implements RowFormat<Long> {
    @Override
    public TableSchema schema() {
      return rows.schema();
    }

    @Override
    public long timeMillis(Long number) {
      return rows.timeMillis(number);
    }

    @Override
    public void write(Long number, RowWriter row) {
      if (faults.plan().isDueAtRow()) {
        throw new UncheckedIOException(new IOException("A fault for the test, in a row"));
      }
      rows.write(number, row);
    }
  }

  private record FaultyLog(Faults faults, TableLog log) implements TableLog {
    @Override
    public Transaction begin() throws IOException {
      throwIfDue(Point.BEFORE_THE_COMMIT);
      Transaction transaction = log.begin();
      return new Transaction() {
        @Override
        public long version() {
          return transaction.version();
        }

        @Override
        public @Nullable TableSchema schema() throws IOException {
          return transaction.schema();
        }

        @Override
        public long lastSequence(String applicationId) {
          return transaction.lastSequence(applicationId);
        }

        @Override
        public long commit(AppendBatch batch, TableSchema schema) throws IOException {
          throwIfDue(Point.BEFORE_THE_LOG_ENTRY);
          long version = transaction.commit(batch, schema);
          throwIfDue(Point.AFTER_THE_LOG_ENTRY);
          faults.plan().committed();
          return version;
        }
      };
    }

    private void throwIfDue(Point point) throws IOException {
      if (faults.plan().isDue(point)) {
        throw new IOException("A fault for the test, " + point);
      }
    }
  }
}
