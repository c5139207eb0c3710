package io.tidemark.cli.chaos;

import io.tidemark.cli.cluster.Cluster;
import io.tidemark.cli.cluster.Role;
import io.tidemark.cli.output.LiveLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The time from the job's submission until it has finished: when faults happen. */
final class Siege {
  private static final long POLL_MILLIS = 200;

  /** A job that has not come any further for so long never will. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private final Cluster cluster;
  private final JobWatch job;
  private final List<PlannedFault> planned;
  private final long startNanos;
  private final LiveLine line;
  private final List<Blow> blows = new ArrayList<>();

  /**
   * @param startNanos when the job was submitted
   * @param line where it says what happens
   */
  Siege(
      Cluster cluster, JobWatch job, List<PlannedFault> planned, long startNanos, LiveLine line) {
    this.cluster = cluster;
    this.job = job;
    this.planned = planned;
    this.startNanos = startNanos;
    this.line = line;
  }

  /**
   * Returns what happened when the job has finished.
   *
   * @param progress share of the payments that the job has scored
   * @throws IOException if it fails, or comes no further
   */
  List<Fault> until(DoubleSupplier progress) throws IOException, InterruptedException {
    double best = -1;
    long bestNanos = System.nanoTime();
    long shownNanos = bestNanos;
    while (!job.isFinished()) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      job.look();
      settle();
      if (job.hasFailed()) {
        throw new IOException("the job is " + job.state() + "; its job manager's log says why");
      }
      double now = progress.getAsDouble();
      if (now > best) {
        best = now;
        bestNanos = System.nanoTime();
      } else if (System.nanoTime() - bestNanos > PATIENCE.toNanos()) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "the job has come no further than %.1f%% for %d s and is '%s'",
                100 * best,
                PATIENCE.toSeconds(),
                job.state()));
      }
      if (blows.size() < planned.size()) {
        strikeIfDue(planned.get(blows.size()), now);
      }
      if (System.nanoTime() - shownNanos > line.interval().toNanos()) {
        shownNanos = System.nanoTime();
        line.show(status(now));
      }
    }
    settle();
    return blows.stream().map(blow -> blow.fault).toList();
  }

  private void strikeIfDue(PlannedFault plan, double progress)
      throws IOException, InterruptedException {
    Duration since =
        blows.isEmpty()
            ? Duration.ZERO
            : Duration.ofNanos(System.nanoTime() - blows.get(blows.size() - 1).nanos);
    if (!plan.isDue(progress, since)) {
      return;
    }
    List<String> targets = targets(plan.kind().role());
    String target = targets.get(plan.choice() % targets.size());
    Optional<ProcessHandle> process = cluster.end(target, plan.kind().isOrderly());
    if (process.isEmpty()) {
      return; // It is down already: as soon as it is up again.
    }
    Blow blow =
        new Blow(
            process.get(),
            System.nanoTime(),
            new Fault(plan.kind(), target, Duration.ofNanos(System.nanoTime() - startNanos), null));
    blows.add(blow);
    say(
        "%6.1f s  %s: %s, at %.0f%%%s",
        seconds(blow.fault.at()),
        plan.kind().label(),
        target,
        100 * progress,
        plan.afterPrevious() == null
            ? ""
            : ", " + since.toMillis() / 1_000.0 + " s after the last");
  }

  /** Of the task managers, those that have work. */
  private List<String> targets(Role role) throws InterruptedException {
    List<String> working = role == Role.TASK_MANAGER ? job.workingTaskManagers() : List.of();
    return working.isEmpty() ? cluster.names(role) : working;
  }

  /** Notes who has recovered. */
  private void settle() {
    for (Blow blow : blows) {
      if (blow.fault.recovery() != null) {
        continue;
      }
      if (blow.goneMillis == null && !blow.process.isAlive()) {
        blow.goneMillis = System.currentTimeMillis();
      }
      if (blow.goneMillis != null
          && (job.isFinished() || (job.isRunning() && job.hasCheckpointSince(blow.goneMillis)))) {
        Duration recovery = Duration.ofNanos(System.nanoTime() - blow.nanos);
        blow.fault = new Fault(blow.fault.kind(), blow.fault.process(), blow.fault.at(), recovery);
        say(
            "%6.1f s  recovered from: %s, in %.1f s",
            (System.nanoTime() - startNanos) / 1e9, blow.fault.kind().label(), seconds(recovery));
      }
    }
  }

  private String status(double progress) {
    return String.format(
        Locale.ROOT,
        "%.0f%% scored, %d of %d faults, %d checkpoints, job %s",
        100 * progress,
        blows.size(),
        planned.size(),
        job.completedCheckpoints(),
        job.isRunning() ? "running" : job.isFinished() ? "finished" : "recovering");
  }

  private void say(String text, Object... values) {
    line.say(String.format(Locale.ROOT, text, values));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1_000.0;
  }

  /** A fault that the job may not have recovered from yet. */
  private static final class Blow {
    private final ProcessHandle process;
    private final long nanos;
    private Fault fault;

    /** When the process was first seen to have ended, by the clock that checkpoints are told by. */
    private @Nullable Long goneMillis;

    Blow(ProcessHandle process, long nanos, Fault fault) {
      this.process = process;
      this.nanos = nanos;
      this.fault = fault;
    }
  }
}
