package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a window counts as complete, by what was seen and what has been dropped. */
class CoverageTest {
  private static final long NOTHING_DROPPED = Long.MIN_VALUE;

  @Test
  void trailingWindowIsCompleteOnceItsReachWasSeen() throws Exception {
    Window hops =
        new Trailing(Duration.ofMillis(100), Duration.ofMillis(10), Duration.ofMillis(50));
    assertThat(isComplete(new Trailing(Duration.ofMillis(100)), 400, 500)).isTrue();
    assertThat(isComplete(new Trailing(Duration.ofMillis(100)), 401, 500)).isFalse();
    assertThat(isComplete(hops, 350, 500)).as("its lower end is rounded down to 350").isTrue();
    assertThat(isComplete(hops, 351, 500)).isFalse();
  }

  @Test
  void tumblingWindowIsCompleteOnceItsPeriodBeganInWhatWasSeen() throws Exception {
    Window hours = new Tumbling(Duration.ofMillis(100), Duration.ofMillis(30));
    assertThat(isComplete(hours, 430, 500)).isTrue();
    assertThat(isComplete(hours, 431, 500)).isFalse();
  }

  @Test
  void sessionIsCompleteOnceThePauseBeforeItWasSeen() throws Exception {
    Window session = new Session(Duration.ofMillis(20), Duration.ofMillis(1_000));
    assertThat(isComplete(session, 400, 420, 430)).isTrue();
    assertThat(isComplete(session, 401, 420, 430)).isFalse();
    assertThat(isComplete(session, 401, 410, 431)).as("there was a pause at 410").isTrue();
    assertThat(isComplete(new Session(Duration.ofMillis(20), Duration.ofMillis(30)), 401, 420, 431))
        .as("nothing older than its maximum counts")
        .isTrue();
  }

  @Test
  void lifetimeIsCompleteOnlyIfAllWasSeen() throws Exception {
    assertThat(isComplete(new Lifetime(), Coverage.ALWAYS, 500)).isTrue();
    assertThat(isComplete(new Lifetime(), Coverage.ALWAYS + 1, 500)).isFalse();
  }

  @Test
  void nothingIsCompleteAsOfATimeBeforeWhatIsLeftOfTheLog() {
    List<Window> windows =
        List.of(
            new Trailing(Duration.ofMillis(100)),
            new Session(Duration.ofMillis(20), Duration.ofMillis(1_000)),
            new Tumbling(Duration.ofMillis(100), Duration.ZERO),
            new Lifetime());
    for (Window window : windows) {
      WindowSpec spec = new WindowSpec(window, List.of(), List.of());
      LogWorkspace workspace =
          new LogWorkspace(new LogLayout(0, List.of(spec), 0), new MapChunks(new HashMap<>()));
      WindowState state = new WindowState(workspace.windows[0], workspace.newScannedState());
      state.window().clear(state.log());
      LogChunk entry = new LogChunk(0, 1);
      entry.begin(0, -1, 0);
      entry.insert(0, 500, 1, new double[0]);
      state.window().add(state.log(), entry.cells(), entry.at(0));
      assertThat(Coverage.of(spec).isComplete(500, state, Coverage.ALWAYS, 501))
          .as("%s", window)
          .isFalse();
    }
  }

  /** As of the last of some events, of which those since a time were seen. */
  private static boolean isComplete(Window window, long sinceMillis, long... events)
      throws Exception {
    WindowSpec spec = new WindowSpec(window, List.of(), List.of());
    KeyLog log =
        new KeyLog(
            new LogWorkspace(new LogLayout(0, List.of(spec), 0), new MapChunks(new HashMap<>())),
            false);
    log.begin();
    for (long time : events) {
      log.insert(time, time, new double[0]);
    }
    return Coverage.of(spec)
        .isComplete(events[events.length - 1], log.answer(0), sinceMillis, NOTHING_DROPPED);
  }
}
