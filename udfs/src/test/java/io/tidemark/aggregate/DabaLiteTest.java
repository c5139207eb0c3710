package io.tidemark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tidemark.aggregate.NaiveAggregates.Event;
import io.tidemark.contract.AggregateKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DabaLiteTest {

  static IntStream seeds() {
    return IntStream.range(0, 100);
  }

  /** The queue's parts in words: an aggregate that shows every wrong order, gap and repetition. */
  private static final class Words implements Mergeable {
    private final int[] merges;
    private StringBuilder words = new StringBuilder();

    Words(int[] merges) {
      this.merges = merges;
    }

    Words say(int number) {
      words.setLength(0);
      words.append(number).append(' ');
      return this;
    }

    @Override
    public void add(double value, long timeMillis) {
      words.append((long) value).append(' ');
    }

    @Override
    public double result(long asOfMillis) {
      return words.length();
    }

    @Override
    public void clear() {
      words.setLength(0);
    }

    @Override
    public void merge(Accumulator later) {
      merges[0]++;
      words.append(((Words) later).words);
    }

    @Override
    public void copyFrom(Accumulator other) {
      words = new StringBuilder(((Words) other).words);
    }

    @Override
    public void write(DataOutput out) throws IOException {
      out.writeUTF(words.toString());
    }

    @Override
    public void read(DataInput in) throws IOException {
      words = new StringBuilder(in.readUTF());
    }

    @Override
    public String toString() {
      return words.toString();
    }
  }

  private static String join(Iterable<Integer> numbers) {
    StringBuilder text = new StringBuilder();
    numbers.forEach(number -> text.append(number).append(' '));
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void answersAreThoseOfTheQueueAndMergesAreBounded(int seed) throws Exception {
    Random random = new Random(seed);
    int[] merges = new int[1];
    DabaLite queue = new DabaLite(() -> new Words(merges));
    Deque<Integer> naive = new ArrayDeque<>();
    Words part = new Words(merges);
    Words answer = new Words(merges);
    int inserted = 0;
    // Phases of growth, of steady length and of decline, down to nothing.
    for (int step = 0; step < 400; step++) {
      int tendency = (step / 50 + seed) % 3 + 1;
      merges[0] = 0;
      if (naive.isEmpty() || random.nextInt(4) < tendency) {
        queue.insert(part.say(inserted));
        naive.addLast(inserted++);
        assertThat(merges[0]).as("merges of an insertion, step %d", step).isLessThanOrEqualTo(3);
      } else {
        queue.evict();
        naive.removeFirst();
        assertThat(merges[0]).as("merges of an eviction, step %d", step).isLessThanOrEqualTo(2);
      }
      merges[0] = 0;
      queue.query(answer);
      assertThat(merges[0]).as("merges of a query").isLessThanOrEqualTo(1);
      assertThat(answer.toString()).as("step %d", step).isEqualTo(join(naive));
      assertThat(queue.size()).isEqualTo(naive.size());
      if (random.nextInt(50) == 0) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        queue.write(new DataOutputStream(bytes));
        queue = new DabaLite(() -> new Words(merges));
        queue.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
      }
      if (random.nextInt(200) == 0) {
        queue.clear();
        naive.clear();
      }
    }
  }

  @Test
  void emptyQueueHasNothingToEvict() {
    DabaLite queue = new DabaLite(Count::new);

    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(queue::evict);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void trailingWindowHoldsBothItsEdges(AggregateSpec spec) throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      Duration size = Duration.ofMillis(1 + random.nextInt(20));
      Accumulator window = new TrailingWindow(spec, size);
      List<Event> all = new ArrayList<>();
      long time = 1_000;
      for (int i = 0; i < 150; i++) {
        time += random.nextInt(4);
        double value = random.nextInt(10) == 0 ? Double.NaN : random.nextInt(8) - 3;
        all.add(new Event(value, time));
        window.add(value, time);
        long now = time;
        List<Event> inside =
            all.stream().filter(event -> event.time() > now - size.toMillis()).toList();
        double[] expected = NaiveAggregates.answer(spec, inside, now);
        for (int n = 0; n < expected.length; n++) {
          if (Double.isNaN(expected[n])) {
            assertThat(window.result(n, now)).as("seed %d, event %d", seed, i).isNaN();
          } else {
            assertThat(window.result(n, now))
                .as("seed %d, event %d", seed, i)
                .isCloseTo(expected[n], within(1e-13 + Specs.tolerance(spec, inside, expected[n])));
          }
        }
        if (random.nextInt(20) == 0) {
          byte[] bytes = StateBytes.of(window);
          window = new TrailingWindow(spec, size);
          StateBytes.into(window, bytes);
        }
      }
      window.clear();
      assertThat(StateBytes.of(window)).isEqualTo(StateBytes.of(new TrailingWindow(spec, size)));
    }
  }

  static List<AggregateSpec> specs() {
    return Specs.ALL;
  }

  @Test
  void trailingWindowRefusesAnOlderTime() {
    Accumulator window = new TrailingWindow(Specs.of(AggregateKind.MAX), Duration.ofDays(7));
    window.add(1, 5_000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> window.add(2, 4_999))
        .withMessageContaining("4999 ms came after 5000 ms");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TrailingWindow(Specs.of(AggregateKind.MAX), Duration.ofNanos(999_999)))
        .withMessageContaining("at least a millisecond");
  }
}
