package io.tidemark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tidemark.contract.AggregateKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AggregateSpecTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          COUNT        | 1         | count takes no parameters, but got [1.0]
          FIRST_K      |           | first_k takes one parameter, k, but got []
          LAST_K       | 0         | last_k: k must be from 1 to 1000, but is 0.0
          TOP_K        | 2.5       | top_k: k must be from 1 to 256, but is 2.5
          TOP_K        | 257       | top_k: k must be from 1 to 256, but is 257.0
          DISTINCT     | NaN       | distinct: the bound of distinct values must be from 1 to 65536
          ENTROPY      | 1e9       | entropy: the bound of distinct values must be from 1 to 65536
          QUANTILE     | 99        | quantile: the rank must be from 0 to 1, such as 0.99, but is 99.0
          RANK_QUANTILE| NaN       | rank_quantile: the rank must be from 0 to 1
          HISTOGRAM    | 2 1       | histogram: the edges must be 1 to 1000 ascending numbers, but are [2.0, 1.0]
          HISTOGRAM    | 1 NaN     | histogram: the edges must be 1 to 1000 ascending numbers
          HISTOGRAM    |           | histogram: the edges must be 1 to 1000 ascending numbers, but are []
          DECAYED_SUM  | 0         | decayed_sum: the half-life must be from a millisecond to a hundred years
          DECAYED_RATE | 1e15      | decayed_rate: the half-life must be from a millisecond to a hundred years
          """)
  void wrongParameterIsRefusedWithWords(AggregateKind kind, String parameters, String message) {
    double[] numbers =
        parameters == null
            ? new double[0]
            : Arrays.stream(parameters.split(" ")).mapToDouble(Double::parseDouble).toArray();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Specs.of(kind, numbers))
        .withMessageContaining(message);
  }

  static List<AggregateSpec> specs() {
    return Specs.ALL;
  }

  private static String name(AggregateSpec spec) {
    return (spec.kind().name() + " " + spec.parameters()).toLowerCase(Locale.ROOT);
  }

  /** The states that the released version 1 wrote after the same events, by aggregate. */
  private static String released(AggregateSpec spec) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    AggregateSpecTest.class.getResourceAsStream("states-v1.txt")),
                StandardCharsets.UTF_8))) {
      List<String> found =
          lines
              .lines()
              .filter(line -> line.startsWith(name(spec) + " = "))
              .map(line -> line.substring(line.indexOf('=') + 2))
              .collect(Collectors.toList());
      assertThat(found).as("released state of %s", name(spec)).hasSize(1);
      return found.get(0);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void releasedStatesAreWrittenAndReadAlike(AggregateSpec spec) throws Exception {
    List<NaiveAggregates.Event> events = Specs.events(new Random(3)).subList(0, 20);
    Mergeable written = Specs.accumulate(spec, events);
    String bytes = released(spec);
    Mergeable read = spec.newAccumulator();
    StateBytes.into(read, HexFormat.of().parseHex(bytes));

    assertThat(HexFormat.of().formatHex(StateBytes.of(written))).as(name(spec)).isEqualTo(bytes);
    long asOf = Specs.youngest(events) + 1;
    assertThat(Specs.answer(read, asOf)).isEqualTo(Specs.answer(written, asOf));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void stateOfAnotherVersionIsRefused(AggregateSpec spec) throws Exception {
    byte[] bytes = StateBytes.of(spec.newAccumulator());
    bytes[0] = 2;

    assertThatIllegalStateException()
        .isThrownBy(() -> StateBytes.into(spec.newAccumulator(), bytes))
        .withMessageContaining("format version 2")
        .withMessageContaining("reads version 1");
  }

  @Test
  void codesOfTextsNeverChange() {
    assertThat(TextCode.of("terminal-1")).isEqualTo(1_865_327_562_085_211.0);
    assertThat(TextCode.of("Grüße, 世界")).isEqualTo(47_384_642_039_989.0);
  }

  @Test
  void sizeOfADamagedStateIsNotAllocated() {
    byte[] bytes = HexFormat.of().parseHex("01ffffffff7f");

    assertThatIllegalStateException()
        .isThrownBy(() -> StateBytes.into(new TopValues(3), bytes))
        .withMessageContaining("damaged");
  }
}
