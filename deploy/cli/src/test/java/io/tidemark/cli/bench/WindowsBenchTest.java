package io.tidemark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tidemark.jobs.event.Event;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsBenchTest {
  /** Sixty days of a small world; nothing is measured for long. */
  private static final Scale TINY =
      new Scale(20, 40, 60, 60, 1, 1, 1, 0, 0, 32, 1, 1, 9, 1, 1, 1, 256);

  private static final long SEED = 7;

  @Test
  void writesARowPerCaseAndOnlyTheRatiosWhoseCasesRan() throws Exception {
    StringWriter progress = new StringWriter();
    Set<WindowsCase> cases = EnumSet.of(WindowsCase.LOOP, WindowsCase.NO_SHUFFLE);
    WindowsResult result =
        new WindowsBench(TINY, SEED, cases, null, new PrintWriter(progress)).run();
    StringWriter json = new StringWriter();
    result.writeJson(json);
    StringWriter table = new StringWriter();
    result.print(new PrintWriter(table));

    assertThat(textsOf(json.toString(), "case")).containsExactly("loop", "no_shuffle");
    assertThat(numbersOf(json.toString(), "events_per_s")).hasSize(2).allMatch(speed -> speed > 0);
    assertThat(numbersOf(json.toString(), "cpu_ns_per_event")).hasSize(2);
    assertThat(keysOf(json.toString(), "ratios")).isSubsetOf("loop_cpu_over_no_shuffle_cpu");
    assertThat(table.toString()).contains("no_shuffle");
    assertThat(progress.toString()).contains("simulating 60 days", "round 1 loop");
  }

  @Test
  void allCasesGiveAllRatios() throws IOException {
    Map<WindowsCase, List<Measurement>> measured = new EnumMap<>(WindowsCase.class);
    for (WindowsCase theCase : WindowsCase.values()) {
      measured.put(theCase, List.of(new Measurement(1_000, 1_000_000, 1_000_000, 0)));
    }
    measured.put(
        WindowsCase.HEAP, List.of(new Measurement(1_000, 9_000_000, 2_000_000, 3_000_000)));
    StringWriter json = new StringWriter();
    new WindowsResult(TINY, SEED, 1_000, measured, 1_500.0).writeJson(json);

    assertThat(keysOf(json.toString(), "ratios"))
        .containsExactlyInAnyOrder(
            "exact_heap_over_pass",
            "exact_rocksdb_cached_over_pass",
            "exact_rocksdb_uncached_over_get_put",
            "loop_cpu_over_no_shuffle_cpu",
            "heap_over_sql_over_heap",
            "rocksdb_cached_over_sql_over",
            "rocksdb_uncached_over_sql_over",
            "event_time_over_arrival",
            "cost_6000_over_60",
            "max_cost_over_avg",
            "quantile_cost_over_avg",
            "state_bytes_per_key_60");
    assertThat(numbersOf(json.toString(), "exact_heap_over_pass")).containsExactly(0.5);
    assertThat(numbersOf(json.toString(), "longest_flush_cpu_ms")).containsExactly(3.0);
  }

  @Test
  void aWrongAnswerIsAnError() {
    Answers right = new Answers(3, 6, 10.0);

    assertThat(new Answers(3, 6, 10.0 + 1e-12).agreesWith(right, Answers.ROUNDING)).isTrue();
    assertThat(new Answers(3, 6, 10.001).agreesWith(right, Answers.ROUNDING)).isFalse();
    assertThat(new Answers(3, 7, 10.0).agreesWith(right, Answers.ROUNDING)).isFalse();
    assertThat(new Answers(2, 6, 10.0).agreesWith(right, Answers.ROUNDING)).isFalse();
    assertThat(new Answers(3, 6, Double.NaN).agreesWith(right, Answers.ROUNDING)).isFalse();
  }

  @Test
  void peersWithoutAPlannerAreRefusedBeforeAnythingRuns() {
    StringWriter progress = new StringWriter();
    WindowsBench bench =
        new WindowsBench(
            TINY, SEED, EnumSet.of(WindowsCase.HOP_HEAP), null, new PrintWriter(progress));

    assertThatThrownBy(bench::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("deploy/tidemark");
    assertThat(progress.toString()).isEmpty();
  }

  @Test
  void theLoopAnswersAsACountOverAllEventsDoes(@TempDir Path folder) throws IOException {
    Tape tape = tape(folder);
    Workload workload = Workload.ofLongest(Duration.ofDays(30));
    PlainLoop loop = new PlainLoop(workload.windowMillis());
    loop.run(tape.events());

    assertThat(loop.answers().agreesWith(counted(tape, workload), Answers.ROUNDING)).isTrue();
  }

  @Test
  void theReferenceAnswersAsTheLoopDoes(@TempDir Path folder) throws IOException {
    Tape tape = tape(folder);
    PlainLoop loop = new PlainLoop(Workload.MONTH.windowMillis());
    loop.run(tape.events());

    Answers month = WindowReference.of(tape, Workload.MONTH);
    assertThat(loop.answers().agreesWith(month, Answers.ROUNDING)).isTrue();

    Answers doubled = WindowReference.of(tape, Workload.EXPRESSION);
    assertThat(doubled.counts()).isEqualTo(month.counts());
    assertThat(doubled.averages())
        .isCloseTo(2 * month.averages(), withinPercentage(100 * Answers.ROUNDING));
  }

  @Test
  void lanesKeepTheEventsOfAKeyTogetherAndInOrder(@TempDir Path folder) throws IOException {
    Tape tape = tape(folder);
    Event[][] lanes = tape.lanes(2, i -> tape.keys()[i] % 2);

    assertThat(lanes[0].length + lanes[1].length).isEqualTo(tape.size());
    for (Event[] lane : lanes) {
      assertThat(lane).extracting(Event::timeMillis).isSorted();
    }
    assertThat(customers(lanes[0])).doesNotContainAnyElementsOf(customers(lanes[1]));
  }

  @Test
  void aScaleSurvivesTheWayToAFork() throws IOException {
    assertThat(Scale.parse(TINY.argument())).isEqualTo(TINY);
  }

  private static Tape tape(Path folder) throws IOException {
    Path file = WindowsRun.customers(folder);
    Tape.write(TINY, SEED, Map.of(file, 0));
    return Tape.read(new Tape.Slice(file, 1, TINY.days()));
  }

  private static Answers counted(Tape tape, Workload workload) {
    Map<String, List<Event>> seen = new HashMap<>();
    Answers all = new Answers(tape.size(), 0, 0);
    for (Event event : tape.events()) {
      List<Event> ofCustomer =
          seen.computeIfAbsent(event.text(Workload.CUSTOMER_SLOT), customer -> new ArrayList<>());
      ofCustomer.add(event);
      for (long windowMillis : workload.windowMillis()) {
        double[] amounts =
            ofCustomer.stream()
                .filter(past -> past.timeMillis() > event.timeMillis() - windowMillis)
                .mapToDouble(past -> past.doubleValue(Workload.AMOUNT_SLOT))
                .toArray();
        double sum = 0;
        for (double amount : amounts) {
          sum += amount;
        }
        all = all.plus(new Answers(0, amounts.length, sum / amounts.length));
      }
    }
    return all;
  }

  private static List<String> customers(Event[] lane) {
    return List.of(lane).stream()
        .map(event -> event.text(Workload.CUSTOMER_SLOT))
        .distinct()
        .toList();
  }

  private static List<String> textsOf(String json, String field) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME && parser.currentName().equals(field)) {
          parser.nextToken();
          texts.add(parser.getText());
        }
      }
    }
    return texts;
  }

  private static List<Double> numbersOf(String json, String field) throws IOException {
    return textsOf(json, field).stream().map(Double::valueOf).toList();
  }

  /** The keys of an object of numbers. */
  private static List<String> keysOf(String json, String object) throws IOException {
    List<String> keys = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      JsonToken token = parser.nextToken();
      while (token != JsonToken.FIELD_NAME || !parser.currentName().equals(object)) {
        token = parser.nextToken();
      }
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
          keys.add(parser.currentName());
        }
      }
    }
    return keys;
  }
}
