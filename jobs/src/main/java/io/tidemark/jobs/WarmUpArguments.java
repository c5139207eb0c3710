package io.tidemark.jobs;

import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventFileSource;
import io.tidemark.jobs.event.EventHistory;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.HandOver;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.MergedEventFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a history that is read before the topic. */
final class WarmUpArguments {
  @Option(
      names = "--warm-up-from",
      split = ",",
      paramLabel = "FILE",
      description =
          "Event files to read before the topic, separated by commas, each in event-time order: CSV"
              + " with a header, gzip by name. They fill the windows and are not scored. Every task"
              + " manager must find them under these names.")
  private List<Path> files = List.of();

  @Option(
      names = "--warm-up-until",
      paramLabel = "TIME",
      description =
          "With --warm-up-from: events before this time come from the files, all others from the"
              + " topic, such as 2026-01-01T00:00:00Z.")
  private @Nullable Instant until;

  /**
   * A history and what it holds.
   *
   * @param since event time of its first event; now where that is what the job's state knows
   */
  record WarmUp(EventHistory history, Instant since) {}

  /** Whether the job goes on from a savepoint or a checkpoint. */
  static boolean isRestored(StreamExecutionEnvironment env) {
    return env.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
  }

  /**
   * @param restored whether the job goes on from a state: the files may be gone then, for it may
   *     have read them
   * @return null where none is asked for
   * @throws SubmissionRefusedException if the options or the files cannot be used
   */
  @Nullable WarmUp read(EventSchema schema, Clock clock, boolean restored)
      throws SubmissionRefusedException {
    if (files.isEmpty()) {
      if (until != null) {
        throw new SubmissionRefusedException(
            "--warm-up-until says where a history ends, but there is none. Name its files with"
                + " --warm-up-from");
      }
      return null;
    }
    if (until == null) {
      throw new SubmissionRefusedException(
          "--warm-up-from names a history, but not where the topic takes over. Say since which"
              + " event time the topic holds all events with --warm-up-until");
    }
    if (until.isAfter(clock.instant())) {
      throw new SubmissionRefusedException(
          "--warm-up-until "
              + until
              + " lies in the future: events up to then would be left out of the topic although no"
              + " file can hold them yet. Choose a time that the files reach");
    }
    HandOver end = new HandOver(until);
    Instant first = restored ? clock.instant() : firstEvent(schema, clock);
    if (!restored && end.isLive(first.toEpochMilli())) {
      throw new SubmissionRefusedException(
          "The files of --warm-up-from begin at "
              + first
              + ", but --warm-up-until is "
              + until
              + ": nothing would be read from them. Name earlier files, or a later time");
    }
    return new WarmUp(new EventHistory(new EventFileSource(schema, files, clock, end), end), first);
  }

  private Instant firstEvent(EventSchema schema, Clock clock) throws SubmissionRefusedException {
    try (MergedEventFiles events = MergedEventFiles.open(files, schema, clock)) {
      for (Ingested next = events.next(); next != null; next = events.next()) {
        Event event = next.event();
        if (event != null) {
          return Instant.ofEpochMilli(event.timeMillis());
        }
      }
    } catch (IOException e) {
      throw new SubmissionRefusedException(
          "--warm-up-from: cannot read " + e.getMessage() + ". Check the names of the files");
    } catch (EventFileException e) {
      throw new SubmissionRefusedException("--warm-up-from: " + e.getMessage());
    }
    throw new SubmissionRefusedException(
        "No event of --warm-up-from fits the contract of " + schema.contract().metadata().name());
  }
}
