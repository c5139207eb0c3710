package io.tidemark.cli.bench.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoringBenchTest {
  private static final ScoringScale TINY = new ScoringScale(2_048, 1, 0, 0, 0.1, 0.1, 1, 96);

  /** The two models that ratios are of, made up: what runs take is measured elsewhere. */
  @Test
  void ratiosHaveTheKeysThatOthersReadAndAreOfCpuTime() throws Exception {
    Set<BenchModel> models = EnumSet.of(BenchModel.MLP, BenchModel.TREES);
    ScoringResult result = new ScoringResult(TINY, models);
    for (BenchModel model : models) {
      long cpuNanos = 0;
      for (ScoringCase theCase : ScoringCase.values()) {
        cpuNanos += 1_000;
        if (theCase.infers() || model == BenchModel.MLP) {
          result.add(new ScoringResult.Key(theCase, model), new Load(10, 1_000, cpuNanos * 10));
        }
      }
      for (ScoringCase theCase : List.of(ScoringCase.ASYNC, ScoringCase.ASYNC_NO_OP)) {
        double p99 = theCase == ScoringCase.ASYNC ? 3.5 : 1.25;
        result.add(new ScoringResult.Key(theCase, model), 0.1, new Waiting(100, 1, p99, 9, 0));
      }
    }

    StringWriter written = new StringWriter();
    result.writeJson(written);
    JsonNode json = new ObjectMapper().readTree(written.toString());
    StringWriter table = new StringWriter();
    result.print(new PrintWriter(table));

    Set<String> keys = new TreeSet<>();
    for (String model : List.of("mlp", "trees")) {
      for (String key :
          List.of(
              "async_over_raw",
              "sync_over_raw",
              "async_over_naive",
              "async_overhead_ns",
              "sync_overhead_ns",
              "added_p99_ms_at_10pct")) {
        keys.add(key + "_" + model);
      }
    }
    JsonNode ratios = json.get("ratios");
    Set<String> found = new TreeSet<>();
    ratios.fieldNames().forEachRemaining(found::add);
    assertThat(found).isEqualTo(keys);
    assertThat(ratios.get("async_over_raw_mlp").asDouble()).isEqualTo(0.25); // 1,000 by 4,000
    assertThat(ratios.get("sync_over_raw_trees").asDouble()).isEqualTo(0.2);
    assertThat(ratios.get("async_over_naive_mlp").asDouble()).isEqualTo(0.5);
    assertThat(ratios.get("async_overhead_ns_mlp").asDouble()).isEqualTo(4_000 - 6_000 - 1_000);
    assertThat(ratios.get("added_p99_ms_at_10pct_trees").asDouble()).isEqualTo(2.25);
    assertThat(json.get("rows")).hasSize(12);
    assertThat(table.toString()).contains("async_no_op", "added_p99_ms_at_10pct_mlp");
  }

  @Test
  void rawInferenceAndTheJobScoreEveryRecord() throws Exception {
    everyCaseScoresEveryRecord(ScoringCase.RAW);
    everyCaseScoresEveryRecord(ScoringCase.ASYNC);
  }

  /** Every case in this process, on few records; each checks that the model scored them all. */
  @Tag("system")
  @ParameterizedTest
  @EnumSource(ScoringCase.class)
  void everyCaseScoresEveryRecord(ScoringCase theCase) throws Exception {
    try (ScoringRuns runs = new ScoringRuns(2_048)) {
      BenchModel model = theCase == ScoringCase.QUEUE ? BenchModel.TREES : BenchModel.MLP;
      Load load = runs.load(theCase, model, 4_000);

      assertThat(load.records()).isGreaterThanOrEqualTo(2_600);
      assertThat(load.nanos()).isPositive();
    }
  }

  @Test
  void recordsOnAScheduleAreAllAnswered() throws Exception {
    try (ScoringRuns runs = new ScoringRuns(2_048)) {
      Waiting waiting = runs.waiting(ScoringCase.ASYNC_NO_OP, BenchModel.MLP, 2_000, 0.5);

      assertThat(waiting.perSecond()).isEqualTo(2_000);
      assertThat(waiting.p99Millis()).isGreaterThanOrEqualTo(waiting.p50Millis()).isPositive();
      assertThat(Waiting.parse(waiting.line())).isEqualTo(waiting);
    }
  }

  @Test
  void anUnknownModelIsAnErrorThatNamesTheKnownOnes() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());

    assertThatThrownBy(() -> ScoringBench.of(true, List.of("trees", "forest"), nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--only: there is no model 'forest'. There are mlp, mlp_wide, trees, trees_300");
  }
}
