package io.tidemark.cli.bench;

import io.tidemark.cli.bench.Workload.Column;
import io.tidemark.contract.ValueExpression;
import io.tidemark.jobs.event.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a workload must answer, computed slowly: each window from its events, each time anew. */
final class WindowReference {
  private static final int TERMINAL_SLOT =
      Workload.SCHEMA.slot(Workload.SCHEMA.fieldIndex("terminal_id"));

  private final List<Column> columns;
  private final Map<Integer, List<Event>> recent = new HashMap<>();
  private final long longestMillis;

  private WindowReference(Workload workload) {
    this.columns = workload.columns();
    this.longestMillis = Arrays.stream(workload.windowMillis()).max().orElseThrow();
  }

  static Answers of(Tape tape, Workload workload) {
    WindowReference reference = new WindowReference(workload);
    Answers all = new Answers(0, 0, 0);
    for (int i = 0; i < tape.size(); i++) {
      all = all.plus(reference.next(tape.keys()[i], tape.events().get(i)));
    }
    return all;
  }

  private Answers next(int key, Event event) {
    List<Event> events = recent.computeIfAbsent(key, first -> new ArrayList<>());
    while (!events.isEmpty() && events.get(0).timeMillis() <= event.timeMillis() - longestMillis) {
      events.remove(0);
    }
    events.add(event);
    long counts = 0;
    double others = 0;
    for (Column column : columns) {
      long endMillis = event.timeMillis() - column.window().toMillis();
      int from = events.size();
      while (from > 0 && events.get(from - 1).timeMillis() > endMillis) {
        from--;
      }
      double answer = answer(column, events.subList(from, events.size()));
      if (column.isCount()) {
        counts += (long) answer;
      } else {
        others += answer;
      }
    }
    return new Answers(1, counts, others);
  }

  private static double answer(Column column, List<Event> window) {
    double factor =
        column.aggregate().of() instanceof ValueExpression.Computed
            ? Workload.EXPRESSION_FACTOR
            : 1;
    double[] amounts =
        window.stream().mapToDouble(event -> event.doubleValue(Workload.AMOUNT_SLOT)).toArray();
    double mean = Arrays.stream(amounts).sum() / amounts.length;
    return switch (column.aggregate().kind()) {
      case COUNT -> amounts.length;
      case AVG -> factor * mean;
      case MAX -> Arrays.stream(amounts).max().orElseThrow();
      case STDDEV -> deviation(amounts, mean);
      case QUANTILE -> {
        Arrays.sort(amounts);
        yield amounts[(int) Math.ceil(Workload.MEDIAN * amounts.length) - 1];
      }
      case DISTINCT -> window.stream().map(event -> event.text(TERMINAL_SLOT)).distinct().count();
      default -> throw new IllegalArgumentException("No workload has " + column);
    };
  }

  /** Of a sample; of one value it is not defined, and no answer. */
  private static double deviation(double[] amounts, double mean) {
    double squares = Arrays.stream(amounts).map(x -> (x - mean) * (x - mean)).sum();
    return amounts.length < 2 ? 0 : Math.sqrt(squares / (amounts.length - 1));
  }
}
