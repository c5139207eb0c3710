package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.PartitionedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A history from a file, then a topic of two partitions: every live event has the features that one
 * run over everything gives it, wherever the one takes over from the other.
 */
class WarmUpTest {
  private static final Instant START = Instant.parse("2024-02-27T20:00:00Z");
  private static final int COUNT = 3_000;
  private static final int PARTITIONS = 2;
  private static final String HEADER = "id,at,user,shop,amount";

  private static final Clock CLOCK = Clock.systemUTC();

  private final EventSchema schema = new EventSchema(ShopDomain.event());
  private final List<Instant> times = new ArrayList<>();
  private final List<String> rows = new ArrayList<>();

  @TempDir Path folder;

  private FileRunFixture runs;
  private Path all;
  private List<String> expected;

  @BeforeEach
  void runOverEverything() throws Exception {
    purchases(new SplittableRandom(5));
    runs = new FileRunFixture(ShopDomain.plan(), folder);
    all = write("all.csv", rows);
    Path out = folder.resolve("expected.csv");
    runs.run(List.of(all), out, EventOrder.EVENT_TIME, 1);
    expected = Files.readAllLines(out);
    assertThat(expected).hasSize(COUNT + 1);
  }

  /**
   * In the middle of events of one second, behind them, and where one side has next to nothing. The
   * order of arrival is that of the file in one subtask only.
   */
  @ParameterizedTest
  @EnumSource(
      value = EventOrder.class,
      names = {"EVENT_TIME", "ARRIVAL"})
  void liveEventsHaveTheFeaturesOfOneRunOverEverything(EventOrder order) throws Exception {
    int tie =
        IntStream.range(COUNT / 2, COUNT)
            .filter(i -> times.get(i).equals(times.get(i - 1)))
            .findFirst()
            .orElseThrow();
    for (Instant start :
        List.of(times.get(tie), times.get(tie).plusMillis(1), times.get(1), times.get(COUNT - 1))) {
      Path out = folder.resolve(order + "-" + start.toEpochMilli() + ".csv");
      HandOver handOver = new HandOver(start);

      runs.run(
          history(handOver).before(new PartitionedFiles(schema, topic(handOver, order))),
          out,
          order,
          order == EventOrder.ARRIVAL ? 1 : PARTITIONS,
          handOver);

      assertThat(Files.readAllLines(runs.late())).isEmpty();
      assertThat(Files.readAllLines(out)).as("from " + start).isEqualTo(expectedFrom(handOver));
      assertThat(Files.readAllLines(runs.rejected())).isEmpty();
    }
  }

  @Test
  void topicMayHaveNothingYet() throws Exception {
    HandOver handOver = new HandOver(times.get(COUNT - 1).plusSeconds(1));
    Path out = folder.resolve("nothing.csv");

    runs.run(
        history(handOver).before(new PartitionedFiles(schema, topic(handOver, EventOrder.ARRIVAL))),
        out,
        EventOrder.ARRIVAL,
        PARTITIONS,
        handOver);

    assertThat(Files.readAllLines(out)).containsExactly(expected.get(0));
  }

  /** While the history is read, and behind the hand-over. */
  @Test
  void failureOnEitherSideOfTheHandOverChangesNothing() throws Exception {
    HandOver handOver = new HandOver(times.get(COUNT / 2));
    for (int recordsBeforeCheckpoint : List.of(COUNT / 4, COUNT / 2 + COUNT / 8)) {
      Path out = folder.resolve("failed-" + recordsBeforeCheckpoint + ".csv");

      runs.runWithFailure(
          history(handOver)
              .before(new EventFileSource(schema, topic(handOver, EventOrder.ARRIVAL), CLOCK)),
          out,
          1,
          recordsBeforeCheckpoint,
          handOver);

      assertThat(Files.readAllLines(out)).isEqualTo(expectedFrom(handOver));
    }
  }

  private EventHistory history(HandOver handOver) {
    // It holds what is live, too.
    return new EventHistory(new EventFileSource(schema, List.of(all), CLOCK, handOver), handOver);
  }

  /**
   * Live events. In event-time order the second partition holds the second half of the time, and
   * must wait for the first; in arrival order there is one.
   */
  private List<Path> topic(HandOver handOver, EventOrder order) throws IOException {
    List<String> live = live(handOver);
    if (order == EventOrder.ARRIVAL) {
      return List.of(write("topic.csv", live));
    }
    int half = live.size() / 2;
    return List.of(
        write("first.csv", live.subList(0, half)),
        write("second.csv", live.subList(half, live.size())));
  }

  private List<String> live(HandOver handOver) {
    return IntStream.range(0, COUNT)
        .filter(i -> handOver.isLive(times.get(i).toEpochMilli()))
        .mapToObj(rows::get)
        .toList();
  }

  private List<String> expectedFrom(HandOver handOver) {
    List<String> lines = new ArrayList<>(List.of(expected.get(0)));
    for (int i = 0; i < COUNT; i++) {
      if (handOver.isLive(times.get(i).toEpochMilli())) {
        lines.add(expected.get(i + 1));
      }
    }
    return lines;
  }

  private Path write(String name, List<String> lines) throws IOException {
    List<String> file = new ArrayList<>(List.of(HEADER));
    file.addAll(lines);
    return Files.write(folder.resolve(name), file);
  }

  /** In the total order of events, so that arrival is that order as well. */
  private void purchases(SplittableRandom random) {
    Instant at = START;
    for (int id = 0; id < COUNT; id++) {
      at = at.plusSeconds(random.nextInt(3) == 0 ? 0 : random.nextInt(60));
      times.add(at);
      rows.add(
          String.join(
              ",",
              String.valueOf(id),
              at.toString(),
              random.nextInt(30) == 0 ? "" : "u" + random.nextInt(20),
              String.valueOf(random.nextInt(8)),
              random.nextInt(15) == 0 ? "" : String.valueOf(random.nextInt(100_000) / 100.0)));
    }
  }
}
