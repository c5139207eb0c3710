package io.tidemark.contract.review;

import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.EventTime;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Pii;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares one topic's events before and after. */
final class EventReview {
  private static final String LOOK_AT_LATENESS =
      "Look at how late events have been before you merge.";

  private final Change<EventContract> change;
  private final EventContract before;
  private final EventContract after;
  private final Consumers consumers;
  private final List<String> jobs;
  private final String table;

  EventReview(Change<EventContract> change, Consumers consumers) {
    this.change = change;
    this.before = change.before();
    this.after = change.after();
    this.consumers = consumers;
    this.jobs = consumers.jobsOf(before);
    this.table = Consumers.tableOf(after);
  }

  void compare() {
    compareName();
    compareTopics();
    compareIdentity();
    compareTime(before.time(), after.time());
    for (EventField was : before.fields()) {
      Optional<EventField> is = after.field(was.name());
      if (is.isPresent()) {
        compareField(was, is.get());
      } else {
        remove(was);
      }
    }
    for (EventField is : after.fields()) {
      if (before.field(is.name()).isEmpty()) {
        add(is);
      }
    }
  }

  private void compareName() {
    String was = before.metadata().name();
    String is = after.metadata().name();
    if (!was.equals(is)) {
      change
          .found(Tier.STATE, Severity.BREAKING, Rule.STATE_REFUSED, Bump.MAJOR)
          .at("metadata", "name")
          .from(was, is)
          .affecting(jobs)
          .report(
              "jobs find their place in the topic by the name: they would read it from the start"
                  + " again, or skip what came in between",
              "Give the contract its name back; the description is free.");
      change
          .found(Tier.STORE, Severity.WARNING, Rule.COLUMN_ENDS, Bump.MAJOR)
          .at("metadata", "name")
          .from(was, is)
          .affecting(List.of(Consumers.tableOf(before), table))
          .report(
              "the old table gets no more rows, a new one begins",
              "Tell those who query it to read both.");
    }
  }

  private void compareTopics() {
    if (!before.topic().equals(after.topic())) {
      change
          .found(Tier.STREAM, Severity.BREAKING, Rule.TOPIC, Bump.MAJOR)
          .at("topic")
          .from(before.topic(), after.topic())
          .affecting(jobs)
          .report(
              "jobs stop reading the old topic, and what still lies in it is never read",
              "Let producers write to both, or drain the old topic before the jobs restart.");
    }
    if (!before.deadLetter().equals(after.deadLetter())) {
      change
          .found(Tier.STREAM, Severity.WARNING, Rule.SIDE_TOPIC, Bump.MINOR)
          .at("deadLetter")
          .from(before.deadLetter(), after.deadLetter())
          .affecting(jobs)
          .report(
              "who watches rejected events no longer sees them",
              "Create the new topic and point those who read the old one to it.");
    }
    if (!before.late().equals(after.late())) {
      change
          .found(Tier.STREAM, Severity.WARNING, Rule.SIDE_TOPIC, Bump.MINOR)
          .at("late")
          .from(before.late(), after.late())
          .affecting(jobs)
          .report(
              "who watches late events no longer sees them",
              "Create the new topic and point those who read the old one to it.");
    }
    if (before.format() != after.format()) {
      change
          .found(Tier.STREAM, Severity.BREAKING, Rule.FORMAT, Bump.MAJOR)
          .at("format")
          .from(lower(before.format()), lower(after.format()))
          .affecting(jobs)
          .report(
              "every event that was written before is rejected",
              "Give the new format a topic and a contract of its own.");
    }
  }

  private void compareIdentity() {
    if (!before.id().equals(after.id())) {
      change
          .found(Tier.STATE, Severity.BREAKING, Rule.EVENT_ID, Bump.MAJOR)
          .at("id")
          .from(before.id(), after.id())
          .affecting(jobs)
          .report(
              "running jobs remember events by the old id: their state is refused",
              "Start the jobs without state, or keep the id and add the other field beside it.");
    }
    if (!before.time().field().equals(after.time().field())) {
      change
          .found(Tier.STATE, Severity.BREAKING, Rule.EVENT_TIME, Bump.MAJOR)
          .at("time", "field")
          .from(before.time().field(), after.time().field())
          .affecting(jobs)
          .report(
              "windows are over another time than the events in the state: it is refused, and every"
                  + " feature of the topic means something else",
              "Give the topic's events a new contract name and start its jobs without state.");
    }
  }

  private void compareTime(EventTime was, EventTime is) {
    compareDuration(
        "outOfOrderness",
        was.outOfOrderness(),
        is.outOfOrderness(),
        "events that are further behind now count as late",
        "features in event-time order are known later by that much",
        LOOK_AT_LATENESS);
    compareDuration(
        "idleness",
        was.idleness(),
        is.idleness(),
        "a partition that pauses is given up earlier, its next events may be late",
        "a silent partition holds all others back for longer",
        LOOK_AT_LATENESS);
    compareDuration(
        "allowedLateness",
        was.allowedLateness(),
        is.allowedLateness(),
        "late events that counted until now no longer do",
        "late events that were set aside now count, and state is kept for longer",
        LOOK_AT_LATENESS);
    compareDuration(
        "maxAhead",
        was.maxAhead(),
        is.maxAhead(),
        "events from clocks that run ahead are now rejected",
        "events from clocks that run ahead are now accepted",
        "Look at how far the producers' clocks run ahead before you merge.");
    if (!was.min().equals(is.min())) {
      boolean tighter = is.min().isAfter(was.min());
      change
          .found(
              Tier.STREAM, tighter ? Severity.WARNING : Severity.INFO, Rule.EVENT_TIME, Bump.MINOR)
          .at("time", "min")
          .from(was.min(), is.min())
          .affecting(jobs)
          .report(
              tighter
                  ? "older events are now rejected, also when history is replayed"
                  : "older events are now accepted",
              tighter ? "Make sure that no replay needs them." : "Nothing to do.");
    }
  }

  private void compareDuration(
      String key, Duration was, Duration is, String ifShorter, String ifLonger, String lookAt) {
    int order = is.compareTo(was);
    if (order != 0) {
      change
          .found(
              Tier.STREAM,
              order < 0 ? Severity.WARNING : Severity.INFO,
              Rule.EVENT_TIME,
              Bump.MINOR)
          .at("time", key)
          .from(Meaning.duration(was), Meaning.duration(is))
          .affecting(jobs)
          .report(
              order < 0 ? ifShorter : ifLonger,
              order < 0 ? lookAt : "Nothing to do, if that is meant.");
    }
  }

  private void add(EventField field) {
    String[] path = {"fields", field.name()};
    if (field.optional()) {
      change
          .found(Tier.STREAM, Severity.INFO, Rule.FIELD_ADDED, Bump.MINOR)
          .at(path)
          .affecting(jobs)
          .report("the field is read where events have it", "Nothing to do.");
    } else {
      change
          .found(Tier.STREAM, Severity.BREAKING, Rule.FIELD_ADDED, Bump.MAJOR)
          .at(path)
          .affecting(jobs)
          .report(
              "every event without the field is rejected, those already in the topic included",
              "Write `optional: true`; require it once all producers send it and old events are"
                  + " gone.");
    }
    change
        .found(Tier.STORE, Severity.INFO, Rule.COLUMN_ADDED, Bump.MINOR)
        .at(path)
        .affecting(List.of(table))
        .report(
            "the table gets a column, empty for older rows",
            "Nothing to do: columns are added by the job itself.");
  }

  private void remove(EventField field) {
    List<String> models = consumers.modelsOf(before, field.name());
    if (!models.isEmpty()) {
      change
          .found(Tier.MODEL, Severity.BREAKING, Rule.FIELD_REMOVED, Bump.MAJOR)
          .at("fields")
          .from(field.name(), "")
          .affecting(models)
          .report(
              "`" + field.name() + "` is read no more, but models were trained on it",
              "Keep the field until these models are replaced.");
    }
    change
        .found(Tier.STREAM, Severity.WARNING, Rule.FIELD_REMOVED, Bump.MAJOR)
        .at("fields")
        .from(field.name(), "")
        .affecting(concat(jobs, consumers.featuresOf(before, field.name())))
        .report(
            "`" + field.name() + "` is read no more",
            "Make sure that nobody needs it; producers may go on sending it.");
    change
        .found(Tier.STORE, Severity.WARNING, Rule.COLUMN_ENDS, Bump.MAJOR)
        .at("fields")
        .from(field.name(), "")
        .affecting(List.of(table))
        .report(
            "the column `" + field.name() + "` stays empty from now on",
            "Tell those who query it.");
  }

  private void compareField(EventField was, EventField is) {
    if (was.type() != is.type()) {
      compareType(was, is);
    }
    if (was.optional() != is.optional()) {
      comparePresence(is);
    }
    if (!Objects.equals(was.min(), is.min()) || !Objects.equals(was.max(), is.max())) {
      compareBounds(was, is);
    }
    if (was.pii() != is.pii()) {
      comparePii(was, is);
    }
  }

  private void compareType(EventField was, EventField is) {
    String[] path = {"fields", is.name(), "type"};
    String from = was.type().yamlName();
    String to = is.type().yamlName();
    boolean wider = was.type() == FieldType.INT && is.type() == FieldType.LONG;
    change
        .found(
            Tier.STREAM,
            wider ? Severity.INFO : Severity.BREAKING,
            Rule.FIELD_TYPE,
            wider ? Bump.MINOR : Bump.MAJOR)
        .at(path)
        .from(from, to)
        .affecting(jobs)
        .report(
            wider
                ? "larger numbers are accepted as well"
                : "events whose value is of type " + from + " are rejected",
            wider
                ? "Nothing to do for producers."
                : "Add a field of the new type beside it, and remove this one when nobody sends it.");
    List<String> stateful = consumers.statefulJobsOf(after);
    if (!is.type().canRead(was.type()) && !stateful.isEmpty()) {
      change
          .found(Tier.STATE, Severity.BREAKING, Rule.STATE_REFUSED, Bump.MAJOR)
          .at(path)
          .from(from, to)
          .affecting(stateful)
          .report(StateRefusal.FIELD_TYPE.reason(), StateRefusal.FIELD_TYPE.remedy());
    }
    if (was.pii() == null || is.pii() == null) {
      change
          .found(Tier.STORE, Severity.BREAKING, Rule.COLUMN_TYPE, Bump.MAJOR)
          .at(path)
          .from(from, to)
          .affecting(List.of(table))
          .report(
              "a column keeps its type: the job cannot write to the table any more",
              "Use a new field name, or keep history in another folder from now on.");
    }
    List<String> models = consumers.modelsOf(after, is.name());
    if (!models.isEmpty()) {
      change
          .found(Tier.MODEL, Severity.WARNING, Rule.FIELD_TYPE, Bump.MAJOR)
          .at(path)
          .from(from, to)
          .affecting(models)
          .report(
              "features and models get values of the new type",
              "Compare scores before and after on a sample of events.");
    }
  }

  private void comparePresence(EventField is) {
    String[] path = {"fields", is.name()};
    List<String> models = consumers.modelsOf(after, is.name());
    List<String> readers = concat(models, consumers.featuresOf(after, is.name()));
    if (is.optional() && !readers.isEmpty()) {
      change
          .found(
              Tier.MODEL,
              models.isEmpty() ? Severity.INFO : Severity.WARNING,
              Rule.FIELD_PRESENCE,
              Bump.MINOR)
          .at(path)
          .from("required", "optional")
          .affecting(readers)
          .report(
              "events without the field are accepted, and what reads it has no value there",
              "Give the features that read it a `default`, or let the model reject what is"
                  + " missing.");
    } else if (is.optional()) {
      change
          .found(Tier.STREAM, Severity.INFO, Rule.FIELD_PRESENCE, Bump.MINOR)
          .at(path)
          .from("required", "optional")
          .affecting(jobs)
          .report(
              "events without the field are accepted",
              "Nothing to do: no feature and no model reads it.");
    } else {
      change
          .found(Tier.STREAM, Severity.BREAKING, Rule.FIELD_PRESENCE, Bump.MAJOR)
          .at(path)
          .from("optional", "required")
          .affecting(jobs)
          .report(
              "events without the field are rejected, those already in the topic included",
              "Keep `optional: true` until all producers send it and old events are gone.");
    }
  }

  private void compareBounds(EventField was, EventField is) {
    boolean tighter = isTighter(was.min(), is.min(), 1) || isTighter(was.max(), is.max(), -1);
    change
        .found(
            Tier.STREAM, tighter ? Severity.WARNING : Severity.INFO, Rule.FIELD_BOUNDS, Bump.MINOR)
        .at("fields", is.name())
        .from(bounds(was), bounds(is))
        .affecting(tighter ? jobs : consumers.modelsOf(after, is.name()))
        .report(
            tighter
                ? "events outside of the bounds are now rejected"
                : "values that no model has seen in training may come",
            tighter
                ? "Count such events in the last weeks before you merge."
                : "Watch the drift of what reads the field.");
  }

  private static boolean isTighter(@Nullable Double was, @Nullable Double is, int direction) {
    return is != null && (was == null || direction * Double.compare(is, was) > 0);
  }

  private static String bounds(EventField field) {
    return Bounds.shown(field.min(), field.max());
  }

  private void comparePii(EventField was, EventField is) {
    String[] path = {"fields", is.name()};
    String from = pii(was.pii());
    String to = pii(is.pii());
    if (was.pii() != null && is.pii() != null) {
      change
          .found(Tier.STREAM, Severity.WARNING, Rule.FIELD_PII, Bump.MINOR)
          .at(path)
          .from(from, to)
          .affecting(List.of("topic " + after.deadLetter().topic()))
          .report(
              "rejected events show the field in another way",
              "Tell those who look rejected events up by it.");
      return;
    }
    boolean text = is.type() == FieldType.STRING && was.type() == FieldType.STRING;
    boolean bared = is.pii() == null;
    change
        .found(
            Tier.STORE,
            text && !bared ? Severity.WARNING : Severity.BREAKING,
            Rule.FIELD_PII,
            bared || !text ? Bump.MAJOR : Bump.MINOR)
        .at(path)
        .from(from, to)
        .affecting(List.of(table, "topic " + after.deadLetter().topic()))
        .report(
            bared
                ? "what identifies a person leaves the stream as it is"
                : text
                    ? "the table holds the fixed mark instead of the value from now on"
                    : "the table holds a text instead of the type "
                        + is.type().yamlName()
                        + " from now on",
            bared
                ? "Ask who answers for personal data, and keep `pii` unless they agree."
                : (text
                        ? ""
                        : "A column keeps its type: use a new field name, or keep history in another"
                            + " folder from now on. ")
                    + "Older rows still hold the values: delete them where they must not stay.");
  }

  private static String pii(@Nullable Pii pii) {
    return pii == null ? "no pii" : "pii " + lower(pii);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
