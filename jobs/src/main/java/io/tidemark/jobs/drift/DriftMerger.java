package io.tidemark.jobs.drift;

import io.tidemark.jobs.event.DriftCounts;
import io.tidemark.jobs.event.DriftReport;
import io.tidemark.jobs.event.DriftReportSerializer;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up what all {@link DriftCounter}s have counted and measures each window once the watermark
 * has passed it: one report per feature and one for the score, which metrics show when the window
 * is complete. It runs as one subtask, on a few records per window.
 *
 * <p>When the input ends, what waits is reported as it is, and kept: a job that is drained and
 * started again reports that window again, whole.
 */
public final class DriftMerger extends AbstractStreamOperator<DriftReport>
    implements OneInputStreamOperator<DriftCounts, DriftReport> {
  private static final long serialVersionUID = 1L;
  private static final byte FORMAT = 1;

  /** After so many windows without a newer one, what metrics show is of a version at rest. */
  private static final int WINDOWS_SHOWN = 2;

  private static final ListStateDescriptor<byte[]> STATE =
      new ListStateDescriptor<>("windows", BytePrimitiveArraySerializer.INSTANCE);

  private final DriftSettings settings;

  private transient Map<String, CellLayout> layouts;
  private transient MergedWindows windows;
  private transient DriftMetrics driftMetrics;
  private transient ListState<byte[]> state;
  private transient long passedMillis;

  public DriftMerger(DriftSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    driftMetrics = new DriftMetrics(getMetricGroup(), settings.baselines().get(0).model());
    layouts = new HashMap<>();
    for (Baseline baseline : settings.baselines()) {
      layouts.put(baseline.version(), new CellLayout(baseline));
      driftMetrics.watch(baseline);
    }
    windows = new MergedWindows();
    passedMillis = Long.MIN_VALUE;
    state = context.getOperatorStateStore().getListState(STATE);
    if (context.isRestored()) {
      for (byte[] bytes : state.get()) {
        read(bytes);
      }
    }
  }

  /** Takes back what {@link #write} wrote. */
  void read(byte[] bytes) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "Drift windows in format version "
              + format
              + ", but this release reads version "
              + FORMAT
              + ": the savepoint was written by another release");
    }
    passedMillis = in.readLong();
    for (int rest = in.readInt(); rest > 0; rest--) {
      driftMetrics.show(DriftReportSerializer.INSTANCE.deserialize(in));
    }
    windows.read(settings, layouts, in).forEach(this::leaveOut);
  }

  private void leaveOut(DriftCounts counts) {
    long records = counts.counts()[counts.counts().length - 1];
    driftMetrics.unmeasured(counts.version()).inc(records);
    LOG.warn(
        "Drift counts of {} scores of version {} are of a baseline or a window that the job no"
            + " longer has: they are left out",
        records,
        counts.version());
  }

  @Override
  public void processElement(StreamRecord<DriftCounts> element) {
    DriftCounts counts = element.getValue();
    CellLayout layout = layouts.get(counts.version());
    if (layout == null || layout.digest() != counts.gridDigest()) {
      leaveOut(counts); // In flight when the job was stopped.
    } else if (counts.windowEndMillis() - 1 <= passedMillis) {
      driftMetrics.late(counts.version()).inc(layout.records(counts.counts()));
    } else {
      windows.add(layout, counts);
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
      windows.rest().forEach(this::report);
    } else {
      passedMillis = Math.max(passedMillis, mark.getTimestamp());
      windows.decide(passedMillis).forEach(this::report);
      driftMetrics.withdrawBefore(passedMillis - WINDOWS_SHOWN * settings.window().toMillis());
    }
    super.processWatermark(mark);
  }

  private void report(MergedWindows.Decided decided) {
    VersionCounts counts = decided.counts();
    DriftWindow window = counts.window();
    List<DriftReport> reports =
        counts
            .layout()
            .reports(window, decided.complete(), settings.minimumSample(), counts.counts());
    for (DriftReport report : reports) {
      if (decided.complete()) {
        driftMetrics.show(report);
      }
      output.collect(new StreamRecord<>(report, window.endMillis() - 1));
    }
    log(window, decided.complete(), reports);
  }

  private static void log(DriftWindow window, boolean complete, List<DriftReport> reports) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    DriftReport ks = largest(reports, DriftReport::ks);
    DriftReport psi = largest(reports, DriftReport::psi);
    LOG.info(
        "Drift of {} {} from {} to {}{}: {} scores, largest KS {} ({}), largest PSI {} ({})",
        ks.model(),
        ks.version(),
        Instant.ofEpochMilli(window.startMillis()),
        Instant.ofEpochMilli(window.endMillis()),
        complete ? "" : ", not a whole window",
        ks.records(),
        ks.ks(),
        ks.feature(),
        psi.psi(),
        psi.feature());
  }

  private static DriftReport largest(
      List<DriftReport> reports, ToDoubleFunction<DriftReport> distance) {
    return reports.stream()
        .max(
            Comparator.comparingDouble(
                report -> report.rows() == 0 ? -1 : distance.applyAsDouble(report)))
        .orElseThrow();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(write()));
  }

  /** All that a checkpoint holds. */
  byte[] write() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1 << 16);
    out.writeByte(FORMAT);
    out.writeLong(passedMillis);
    List<DriftReport> shown = driftMetrics.shown();
    out.writeInt(shown.size());
    for (DriftReport report : shown) {
      DriftReportSerializer.INSTANCE.serialize(report, out);
    }
    windows.write(settings, out);
    return out.getCopyOfBuffer();
  }
}
