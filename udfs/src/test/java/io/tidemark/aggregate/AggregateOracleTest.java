package io.tidemark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.aggregate.NaiveAggregates.Event;
import io.tidemark.contract.AggregateKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every aggregate against the plain computation, and the laws it declares. */
class AggregateOracleTest {

  static List<Arguments> specsAndSeeds() {
    return Specs.withSeeds(12);
  }

  private static void assertAnswer(
      AggregateSpec spec, Accumulator accumulator, List<Event> events, String what) {
    long asOf = Specs.youngest(events) + 30_000;
    double[] expected = NaiveAggregates.answer(spec, events, asOf);
    double[] found = Specs.answer(accumulator, asOf);
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      if (Double.isNaN(expected[i])) {
        assertThat(found[i]).as("%s, number %d", what, i).isNaN();
      } else {
        assertThat(found[i])
            .as("%s, number %d", what, i)
            .isCloseTo(expected[i], within(Specs.tolerance(spec, events, expected[i])));
      }
    }
  }

  @Test
  void everyAggregateIsTested() {
    Set<AggregateKind> tested =
        Specs.ALL.stream().map(AggregateSpec::kind).collect(Collectors.toSet());

    assertThat(tested).isEqualTo(EnumSet.allOf(AggregateKind.class));
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void answerIsThatOfThePlainComputation(AggregateSpec spec, int seed) {
    List<Event> events = Specs.events(new Random(seed));

    assertAnswer(spec, Specs.accumulate(spec, events), events, "all at once");
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void mergedPartsAnswerLikeTheWhole(AggregateSpec spec, int seed) throws Exception {
    Random random = new Random(seed);
    List<Event> events = Specs.events(random);
    int first = random.nextInt(events.size() + 1);
    int second = first + random.nextInt(events.size() - first + 1);
    List<Event> a = events.subList(0, first);
    List<Event> b = events.subList(first, second);
    List<Event> c = events.subList(second, events.size());

    Mergeable left = Specs.accumulate(spec, a);
    Mergeable middle = Specs.accumulate(spec, b);
    byte[] before = StateBytes.of(middle);
    left.merge(middle);
    assertThat(StateBytes.of(middle)).as("the argument of a merge").isEqualTo(before);
    left.merge(Specs.accumulate(spec, c));
    assertAnswer(spec, left, events, "(a + b) + c");

    Mergeable right = Specs.accumulate(spec, a);
    middle.merge(Specs.accumulate(spec, c));
    right.merge(middle);
    assertAnswer(spec, right, events, "a + (b + c)");

    if (spec.traits().commutative()) {
      Mergeable turned = Specs.accumulate(spec, c);
      turned.merge(Specs.accumulate(spec, b));
      turned.merge(Specs.accumulate(spec, a));
      assertAnswer(spec, turned, events, "c + b + a");
    }
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void whatIsRemovedWasNeverThere(AggregateSpec spec, int seed) throws Exception {
    assertThat(spec.newAccumulator() instanceof Invertible).isEqualTo(spec.traits().invertible());
    if (!(spec.newAccumulator() instanceof Invertible window)) {
      return;
    }
    Random random = new Random(seed);
    List<Event> events = Specs.events(random);
    int gone = random.nextInt(events.size() + 1);
    for (int i = 0; i < events.size(); i++) {
      window.add(events.get(i).value(), events.get(i).time());
      if (i < gone && random.nextBoolean()) {
        // Removed and added again: order does not matter.
        window.remove(events.get(i).value(), events.get(i).time());
        window.add(events.get(i).value(), events.get(i).time());
      }
    }
    events.subList(0, gone).forEach(event -> window.remove(event.value(), event.time()));
    long asOf = Specs.youngest(events) + 30_000;
    List<Event> kept = events.subList(gone, events.size());
    double[] expected = NaiveAggregates.answer(spec, kept, asOf);
    for (int i = 0; i < expected.length; i++) {
      double found = window.result(i, asOf);
      if (Double.isNaN(expected[i])) {
        assertThat(found).isNaN();
      } else {
        assertThat(found)
            .isCloseTo(expected[i], within(2 * Specs.tolerance(spec, events, expected[i])));
      }
    }
    kept.forEach(event -> window.remove(event.value(), event.time()));
    assertThat(Specs.answer(window, asOf))
        .as("emptied")
        .isEqualTo(Specs.answer(spec.newAccumulator(), asOf));
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void restoredStateGoesOnLikeTheOriginal(AggregateSpec spec, int seed) throws Exception {
    Random random = new Random(seed);
    List<Event> events = Specs.events(random);
    int half = events.size() / 2;
    Mergeable original = Specs.accumulate(spec, events.subList(0, half));
    byte[] bytes = StateBytes.of(original);
    Mergeable restored = Specs.accumulate(spec, Specs.events(random));
    StateBytes.into(restored, bytes);
    Mergeable copy = Specs.accumulate(spec, Specs.events(random));
    copy.copyFrom(original);

    assertThat(bytes.length).isLessThanOrEqualTo((int) spec.traits().largestStateBytes());
    for (Mergeable one : List.of(original, restored, copy)) {
      events.subList(half, events.size()).forEach(event -> one.add(event.value(), event.time()));
      assertAnswer(spec, one, events, "continued");
    }
    long asOf = Specs.youngest(events);
    assertThat(Specs.answer(restored, asOf)).isEqualTo(Specs.answer(original, asOf));
    assertThat(Specs.answer(copy, asOf)).isEqualTo(Specs.answer(original, asOf));
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void clearedIsAsNew(AggregateSpec spec, int seed) throws Exception {
    Random random = new Random(seed);
    Mergeable accumulator = Specs.accumulate(spec, Specs.events(random));

    accumulator.clear();

    assertThat(StateBytes.of(accumulator)).isEqualTo(StateBytes.of(spec.newAccumulator()));
    List<Event> events = Specs.events(random);
    events.forEach(event -> accumulator.add(event.value(), event.time()));
    assertAnswer(spec, accumulator, events, "used again");
  }

  @ParameterizedTest
  @MethodSource("specsAndSeeds")
  void whatIsNoNumberDoesNotEnter(AggregateSpec spec, int seed) throws Exception {
    List<Event> events = Specs.events(new Random(seed));
    Mergeable accumulator = Specs.accumulate(spec, events);
    byte[] before = StateBytes.of(accumulator);

    for (double none : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0}) {
      accumulator.add(none, Specs.youngest(events) + 1);
      if (accumulator instanceof Invertible invertible) {
        invertible.remove(none, Specs.youngest(events) + 1);
      }
    }

    assertThat(StateBytes.of(accumulator)).isEqualTo(before);
  }
}
