package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.DriftCountsSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The counts of all subtasks by window and version, until it is known whether they are of a whole
 * window.
 *
 * <p>They are if the version was seen not only in it: at its very start or before, and at its end
 * or after. So the window in which a job or a version begins is not complete, nor is the one in
 * which a version was replaced. What the watermark has passed without the version having been seen
 * behind it waits for one window more.
 *
 * <p>Used by one task thread.
 */
final class MergedWindows {
  private static final Comparator<VersionWindow> BY_TIME =
      Comparator.comparingLong((VersionWindow key) -> key.window().endMillis())
          .thenComparingLong(key -> key.window().startMillis())
          .thenComparing(VersionWindow::version);

  private final TreeMap<VersionWindow, VersionCounts> pending = new TreeMap<>(BY_TIME);
  private final TreeMap<String, Span> spans = new TreeMap<>();

  /** A window whose counts are all there. */
  record Decided(VersionCounts counts, boolean complete) {}

  /** When a version was seen. */
  private record Span(int gridDigest, long firstMillis, long lastMillis) {
    Span with(Span other) {
      return new Span(
          gridDigest,
          Math.min(firstMillis, other.firstMillis),
          Math.max(lastMillis, other.lastMillis));
    }
  }

  void add(CellLayout layout, DriftCounts counts) {
    DriftWindow window = new DriftWindow(counts.windowStartMillis(), counts.windowEndMillis());
    pending
        .computeIfAbsent(
            new VersionWindow(window, counts.version()), key -> new VersionCounts(layout, window))
        .add(counts);
    seen(
        counts.version(), new Span(counts.gridDigest(), counts.firstMillis(), counts.lastMillis()));
  }

  private void seen(String version, Span span) {
    spans.merge(version, span, Span::with);
  }

  /** Hands out, in order, the windows that are decided when the watermark stands at a time. */
  List<Decided> decide(long passedMillis) {
    List<Decided> decided = new ArrayList<>();
    var all = pending.values().iterator();
    while (all.hasNext()) {
      VersionCounts counts = all.next();
      long lastMillis = counts.window().endMillis() - 1;
      if (lastMillis > passedMillis) {
        break;
      }
      if (reachesEnd(counts) || lastMillis <= passedMillis - counts.window().sizeMillis()) {
        all.remove();
        decided.add(new Decided(counts, isComplete(counts)));
      }
    }
    return decided;
  }

  /** All that wait, as they are when the input ends; they stay, for the topic may go on. */
  List<Decided> rest() {
    return pending.values().stream()
        .map(counts -> new Decided(counts, isComplete(counts)))
        .toList();
  }

  private boolean isComplete(VersionCounts counts) {
    return spans.get(counts.version()).firstMillis() <= counts.window().startMillis()
        && reachesEnd(counts);
  }

  private boolean reachesEnd(VersionCounts counts) {
    return spans.get(counts.version()).lastMillis() >= counts.window().endMillis();
  }

  /** Writes everything, with what tells whether another job's windows and cells are the same. */
  void write(DriftSettings settings, DataOutputView out) throws IOException {
    out.writeLong(settings.window().toMillis());
    out.writeLong(settings.origin().toEpochMilli());
    out.writeInt(spans.size());
    for (Map.Entry<String, Span> entry : spans.entrySet()) {
      Span span = entry.getValue();
      out.writeUTF(entry.getKey());
      out.writeInt(span.gridDigest);
      out.writeLong(span.firstMillis);
      out.writeLong(span.lastMillis);
    }
    out.writeInt(pending.size());
    for (VersionCounts counts : pending.values()) {
      DriftCountsSerializer.INSTANCE.serialize(counts.toRecord(Long.MIN_VALUE), out);
    }
  }

  /**
   * Takes back what was written, less what was counted in other windows or other cells than those
   * of this job.
   *
   * @return what was left out
   */
  List<DriftCounts> read(DriftSettings settings, Map<String, CellLayout> layouts, DataInputView in)
      throws IOException {
    boolean sameWindows =
        in.readLong() == settings.window().toMillis()
            & in.readLong() == settings.origin().toEpochMilli();
    for (int rest = in.readInt(); rest > 0; rest--) {
      String version = in.readUTF();
      Span span = new Span(in.readInt(), in.readLong(), in.readLong());
      CellLayout layout = layouts.get(version);
      if (sameWindows && layout != null && layout.digest() == span.gridDigest) {
        seen(version, span);
      }
    }
    List<DriftCounts> leftOut = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      DriftCounts counts = DriftCountsSerializer.INSTANCE.deserialize(in);
      CellLayout layout = layouts.get(counts.version());
      if (sameWindows && layout != null && layout.digest() == counts.gridDigest()) {
        add(layout, counts);
      } else {
        leftOut.add(counts);
      }
    }
    return leftOut;
  }
}
