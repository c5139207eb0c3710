package io.tidemark.cli.topic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.output.LiveLine;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.MergedEventFiles;
import io.tidemark.jobs.event.RejectedRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files of events on their way to a topic, merged by event time.
 *
 * @param eventsPerSecond each event is sent at its own time whatever became of those before it; 0:
 *     as fast as the broker takes them
 * @param shifts what is changed in every event, in order
 */
public record EventFeed(
    EventSchema schema, List<Path> files, int eventsPerSecond, List<Shift> shifts) {
  /**
   * @throws IllegalArgumentException with the option's name first, if a value is out of bounds
   */
  public EventFeed {
    if (eventsPerSecond < 0) {
      throw new IllegalArgumentException(
          "rate must be 0 (as fast as possible) or more, but is " + eventsPerSecond);
    }
    files = List.copyOf(files);
    shifts = List.copyOf(shifts);
  }

  /**
   * What was sent.
   *
   * @param firstTime event time of the earliest event, null if there was none
   * @param lastTime event time of the last event, null if there was none
   */
  public record Summary(
      String topic,
      long events,
      @Nullable Instant firstTime,
      @Nullable Instant lastTime,
      double seconds) {
    /** As one line. */
    public String json() throws IOException {
      StringWriter out = new StringWriter();
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        json.writeNumberField("events", events);
        if (firstTime != null && lastTime != null) {
          json.writeStringField("first_time", firstTime.toString());
          json.writeStringField("last_time", lastTime.toString());
        }
        json.writeFieldName("seconds");
        json.writeNumber(String.format(Locale.ROOT, "%.3f", seconds));
        json.writeEndObject();
      }
      return out.toString();
    }
  }

  /**
   * Returns when the broker has taken every event of the files.
   *
   * @param err where it says how it goes
   * @throws IOException if a row of a file does not fit the contract, or the broker does not take
   *     an event; what was sent before that remains sent
   */
  public Summary send(String bootstrapServers, PrintWriter err)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    try (MergedEventFiles events = MergedEventFiles.open(files, schema, Clock.systemUTC());
        EventSender sender = new EventSender(bootstrapServers, schema);
        LiveLine line = new LiveLine(err)) {
      long shownNanos = startNanos;
      long count = 0;
      @Nullable Event first = null;
      @Nullable Event last = null;
      for (Event event = next(events); event != null; event = next(events)) {
        awaitTurn(startNanos, count);
        sender.send(event);
        count++;
        first = first == null ? event : first;
        last = event;
        if (System.nanoTime() - shownNanos >= line.interval().toNanos()) {
          shownNanos = System.nanoTime();
          line.show(status(sender.delivered(), shownNanos - startNanos));
        }
      }
      sender.flush();
      return new Summary(
          schema.contract().topic().topic(),
          count,
          first == null ? null : Instant.ofEpochMilli(first.timeMillis()),
          last == null ? null : Instant.ofEpochMilli(last.timeMillis()),
          (System.nanoTime() - startNanos) / 1e9);
    } catch (EventFileException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private @Nullable Event next(MergedEventFiles events) throws IOException {
    Ingested next = events.next();
    if (next == null) {
      return null;
    }
    RejectedRecord rejected = next.rejected();
    if (rejected != null) {
      throw new IOException(
          rejected.source()
              + ":"
              + rejected.position()
              + ": "
              + rejected.detail()
              + ". Correct the row; those before it were sent");
    }
    Event event = next.event();
    for (Shift shift : shifts) {
      event = shift.apply(event);
    }
    return event;
  }

  private void awaitTurn(long startNanos, long index) throws InterruptedException {
    if (eventsPerSecond > 0) {
      long dueNanos = startNanos + index * TimeUnit.SECONDS.toNanos(1) / eventsPerSecond;
      TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
    } else if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static String status(long delivered, long nanos) {
    return String.format(
        Locale.ROOT, "%,d events sent, %,.0f/s", delivered, delivered * 1e9 / nanos);
  }
}
