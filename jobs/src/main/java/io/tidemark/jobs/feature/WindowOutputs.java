package io.tidemark.jobs.feature;

import io.tidemark.aggregate.Ratio;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.feature.LogLayout.WindowSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The features that are read off one window of a log, each with its places in the vector.
 *
 * <p>Holds nothing of any log; immutable.
 */
final class WindowOutputs {
  private final int window;
  private final Coverage coverage;

  /** Where entries leave a trailing window; null of any other, whose coverage asks its state. */
  private final @Nullable Edge tail;

  private final Output[] outputs;

  /** Those of them that are read off the cells alone. */
  private final SumOutput[] sums;

  /** The others. */
  private final Output[] others;

  /** Per output what gaps would spoil it, see {@link LogLayout#gapOf}. */
  private final int[][] gapPositions;

  /**
   * One feature.
   *
   * @param values of its aggregate, or of the numerator and the denominator of a ratio
   * @param targets one per number of the feature
   */
  record Output(int window, WindowValue[] values, FeatureColumn[] targets) implements Serializable {
    void put(FeatureVector trigger, WindowState state, FeatureStatus status) {
      long asOfMillis = trigger.trigger().timeMillis();
      WindowValue value = values[0];
      if (values.length == 2) {
        double ratio = Ratio.of(value.of(state, 0, asOfMillis), values[1].of(state, 0, asOfMillis));
        targets[0].put(trigger, ratio, status);
        return;
      }
      for (int i = 0; i < targets.length; i++) {
        targets[i].put(trigger, value.of(state, i, asOfMillis), status);
      }
    }

    void missing(FeatureVector trigger) {
      for (FeatureColumn target : targets) {
        target.put(trigger, Double.NaN, FeatureStatus.MISSING);
      }
    }
  }

  /**
   * @param window its position in the layout
   * @param place where the window stands in a log, and in a scan of it
   * @param all outputs of all windows
   */
  WindowOutputs(LogLayout layout, int window, LogWindow place, List<Output> all) {
    this.window = window;
    WindowSpec spec = layout.windows().get(window);
    this.coverage = Coverage.of(spec);
    this.tail = spec.window() instanceof Trailing ? spec.leavingEdge() : null;
    this.outputs = all.stream().filter(output -> output.window == window).toArray(Output[]::new);
    this.gapPositions = new int[outputs.length][];
    List<SumOutput> readOffCells = new ArrayList<>();
    List<Output> rest = new ArrayList<>();
    for (int i = 0; i < outputs.length; i++) {
      WindowValue[] values = outputs[i].values;
      gapPositions[i] = gapPositions(layout, window, values);
      SumOutput sum = values.length == 1 ? values[0].output(place, outputs[i].targets[0]) : null;
      if (sum == null) {
        rest.add(outputs[i]);
      } else {
        readOffCells.add(sum);
      }
    }
    this.sums = readOffCells.toArray(SumOutput[]::new);
    this.others = rest.toArray(Output[]::new);
  }

  private static int[] gapPositions(LogLayout layout, int window, WindowValue[] values) {
    int[] positions = new int[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      int part = values[i].part(layout.windows().get(window));
      positions[2 * i] = layout.gapOf(window, part);
      positions[2 * i + 1] = layout.tileGapOf(window, part);
    }
    return positions;
  }

  boolean isEmpty() {
    return outputs.length == 0;
  }

  /**
   * Fills the columns of the features, if they are read off the cells of a log that {@link
   * KeyLog#answersFromCells answers from them}.
   *
   * @param knownAfterMillis every later event is known, and was not dropped
   * @return false if they are not, and nothing was filled
   */
  boolean writeFromCells(long[] cells, FeatureVector trigger, long knownAfterMillis) {
    if (tail == null || others.length > 0) {
      return false;
    }
    boolean complete =
        Coverage.isTrailingComplete(tail, trigger.trigger().timeMillis(), knownAfterMillis);
    FeatureStatus status = complete ? FeatureStatus.OK : FeatureStatus.WARMING;
    for (SumOutput sum : sums) {
      sum.put(trigger, cells, status);
    }
    return true;
  }

  /**
   * Fills the columns of the features as of the event that a log took in or answered last.
   *
   * @param sinceMillis all events since then are known
   */
  void write(KeyLog log, FeatureVector trigger, long sinceMillis) throws Exception {
    long timeMillis = trigger.trigger().timeMillis();
    WindowState state = log.answer(window);
    long missingUpTo = log.missingUpToMillis(window, timeMillis);
    boolean complete = coverage.isComplete(timeMillis, state, sinceMillis, missingUpTo);
    FeatureStatus status = complete ? FeatureStatus.OK : FeatureStatus.WARMING;
    if (complete && !log.gaps().isEmpty()) {
      writeDespiteGaps(log, trigger, state, sinceMillis, missingUpTo);
      return;
    }
    long[] cells = state.log().cells();
    for (SumOutput sum : sums) {
      sum.put(trigger, cells, status);
    }
    for (Output output : others) {
      output.put(trigger, state, status);
    }
  }

  /** The same where some features may lack what others have. */
  private void writeDespiteGaps(
      KeyLog log, FeatureVector trigger, WindowState state, long sinceMillis, long missingUpTo) {
    long timeMillis = trigger.trigger().timeMillis();
    for (int i = 0; i < outputs.length; i++) {
      long gapUpTo = gapUpToMillis(i, log.gaps());
      boolean complete = coverage.isComplete(timeMillis, state, sinceMillis, missingUpTo, gapUpTo);
      outputs[i].put(trigger, state, complete ? FeatureStatus.OK : FeatureStatus.WARMING);
    }
  }

  /** Up to when events lack what a feature is read off. */
  private long gapUpToMillis(int output, LogGaps gaps) {
    long gap = LogGaps.NEVER;
    for (int position : gapPositions[output]) {
      gap = Math.max(gap, gaps.upToMillis(position));
    }
    return gap;
  }
}
