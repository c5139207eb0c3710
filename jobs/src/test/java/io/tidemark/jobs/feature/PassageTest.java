package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassageTest {
  private final LogWorkspace workspace =
      new LogWorkspace(
          new LogLayout(1, List.of(new WindowSpec(10, 0, List.of(0))), 0),
          new MapChunks(new HashMap<>()));
  private final Passage end = workspace.passages[0];
  private final LogState log = workspace.newScannedState();
  private final WindowState window = new WindowState(workspace.windows[0], log);
  private final LogChunk entries = new LogChunk(1, 2);

  PassageTest() {
    entries.begin(0, LogEntries.NONE, 0);
    workspace.windows[0].clear(log);
  }

  @Test
  void entryThatPassesIsTakenOutOfTheSumsAndCountedAfterwards() {
    enter(2, 3);
    end.pass(log, entries.cells(), entries.at(0));
    assertThat(window.sum(0)).isEqualTo(3);
    assertThat(window.count(0)).isEqualTo(1);
    assertThat(window.events()).isEqualTo(2);
    assertThat(end.countLeft(log.cells(), 1)).as("worn").isFalse();
    assertThat(window.events()).isEqualTo(1);
  }

  @Test
  void sumWithoutValuesIsAPositiveZero() {
    enter(0.1, 0.2);
    end.pass(log, entries.cells(), entries.at(0));
    end.pass(log, entries.cells(), entries.at(1));
    assertThat(Double.doubleToRawLongBits(window.sum(0))).isZero();
  }

  @Test
  void valueThatIsNoneIsAnEventAllTheSame() {
    enter(Double.NaN, 4);
    assertThat(window.events()).isEqualTo(2);
    end.pass(log, entries.cells(), entries.at(0));
    assertThat(window.count(0)).isEqualTo(1);
    assertThat(window.sum(0)).isEqualTo(4);
  }

  @Test
  void windowIsWornOnceAValueHasLeftThatSwallowedOthers() {
    enter(1e40, 1);
    end.pass(log, entries.cells(), entries.at(0));
    assertThat(end.countLeft(log.cells(), 1)).as("worn").isTrue();
    assertThat(workspace.windows[0].isWorn(log)).isTrue();
  }

  private void enter(double... values) {
    for (int i = 0; i < values.length; i++) {
      entries.insert(i, i, i, new double[] {values[i]});
      workspace.arrival.enter(log, entries.cells(), entries.at(i));
    }
  }
}
