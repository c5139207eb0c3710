package io.tidemark.cli.check.sample;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TopicUri;
import io.tidemark.contract.review.Meaning;
import io.tidemark.jobs.event.EventFileException;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.MergedEventFiles;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.jobs.score.ServedModel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Both versions of the contracts over one sample. Each side runs once per affected model, and once
 * more for features that no such model takes; what is compared lies in memory, at most {@link
 * SampleFile#MAX_ROWS} rows of what changed.
 */
public final class SampleComparison {
  private final Contracts before;
  private final Contracts after;
  private final ModelFiles files;
  private final Clock clock;

  /** Gives the files of a model. */
  public interface ModelFiles {
    /** Empty where they are not at hand. */
    Optional<ServedModel> of(Contracts contracts, ModelContract model);
  }

  /**
   * @param files of models of either side
   */
  public SampleComparison(Contracts before, Contracts after, ModelFiles files, Clock clock) {
    this.before = before;
    this.after = after;
    this.files = files;
    this.clock = clock;
  }

  /** A feature and what it was; null for a new one. */
  private record Compared(
      FeatureContract contract, Feature feature, @Nullable FeatureContract was, boolean changed) {
    List<SampleColumn> columns(FeatureContract of) {
      return feature.columns().stream()
          .map(
              column ->
                  new SampleColumn(of.metadata().name(), of.metadata().version().major(), column))
          .toList();
    }

    String name() {
      return new FeatureRef(contract.metadata().name(), feature.name()).toString();
    }

    /** Of the longer of its windows, before and after; empty where neither has an end. */
    Optional<Duration> reach() {
      Optional<Duration> reachBefore =
          Optional.ofNullable(was)
              .flatMap(contractBefore -> contractBefore.feature(feature.name()))
              .flatMap(Compared::reach);
      return Stream.concat(reachBefore.stream(), reach(feature).stream())
          .max(Comparator.naturalOrder());
    }

    private static Optional<Duration> reach(Feature feature) {
      return feature.definition() instanceof Windowed windowed
          ? windowed.window().reach()
          : Optional.empty();
    }
  }

  /**
   * The part of a sample that is compared.
   *
   * @param truncated whether there are more rows
   * @param length from its earliest event to its latest, whatever their order; none without events
   */
  private record Extent(boolean truncated, Duration length) {}

  /**
   * Runs both; empty if nothing changed that could do anything to the events.
   *
   * @throws UnusableSampleException if the sample does not fit both contracts, or which events they
   *     are is not clear
   */
  public Optional<SampleEffect> run(SampleFile sample) throws UnusableSampleException {
    Optional<EventContract> event = event(sample);
    if (event.isEmpty()) {
      return Optional.empty();
    }
    EventContract is = event.get();
    EventContract was = counterpart(is).orElseThrow();
    requireFit(sample, was);
    Extent extent = requireFit(sample, is);
    List<Compared> features = features(is);
    Map<ModelContract, ModelContract> models = models(is, features);
    SampleSide old = side(before, was, sample);
    SampleSide now = side(after, is, sample);
    Set<SampleColumn> wantedBefore = new TreeSet<>(SampleColumn.ORDER);
    Set<SampleColumn> wantedAfter = new TreeSet<>(SampleColumn.ORDER);
    for (Compared feature : features) {
      wantedAfter.addAll(feature.columns(feature.contract));
      if (feature.was != null) {
        wantedBefore.addAll(feature.columns(feature.was));
      }
    }
    List<ServedModel> servedBefore = new ArrayList<>();
    List<ServedModel> servedAfter = new ArrayList<>();
    models.forEach(
        (model, previous) -> {
          Optional<ServedModel> one = files.of(before, previous);
          Optional<ServedModel> other = files.of(after, model);
          if (one.isPresent() && other.isPresent()) {
            servedBefore.add(one.get());
            servedAfter.add(other.get());
          }
        });
    try {
      old.run(servedBefore, wantedBefore);
      now.run(servedAfter, wantedAfter);
    } catch (InvalidModelException e) {
      throw new UnusableSampleException(String.valueOf(e.getMessage()), e);
    }
    Rows rows = new Rows();
    List<ValueChange> values = new ArrayList<>();
    List<UnfilledWindow> unfilled = new ArrayList<>();
    for (Compared feature : features) {
      FeatureContract previous = feature.was;
      List<SampleColumn> columns = feature.columns(feature.contract);
      boolean shown = false;
      for (int i = 0; i < columns.size(); i++) {
        SampleColumn column = columns.get(i);
        SampleValues current = now.column(column).orElseThrow();
        ValueChange change =
            previous == null
                ? ValueChange.added(column.ref().toString(), current)
                : rows.compare(
                    column.ref().toString(),
                    old.column(feature.columns(previous).get(i)).orElseThrow(),
                    current);
        if (feature.changed || change.changed() > 0) {
          values.add(change);
          shown = true;
        }
      }
      if (shown) {
        feature
            .reach()
            .filter(reach -> reach.compareTo(extent.length) > 0)
            .map(reach -> new UnfilledWindow(feature.name(), reach))
            .ifPresent(unfilled::add);
      }
    }
    List<ValueChange> scores = new ArrayList<>();
    for (ServedModel model : servedAfter) {
      String name = model.contract().metadata().name();
      scores.add(
          rows.compare(name, old.scores(name).orElseThrow(), now.scores(name).orElseThrow()));
    }
    return Optional.of(
        new SampleEffect(
            sample.name(),
            is.metadata().name(),
            // Where only new features are looked at, the events are the same on both sides.
            old.hasRun() ? Math.min(old.accepted(), now.accepted()) : now.accepted(),
            old.hasRun() ? old.rejected() : now.rejected(),
            now.rejected(),
            extent.truncated,
            extent.length,
            unfilled,
            values,
            scores));
  }

  private SampleSide side(Contracts contracts, EventContract event, SampleFile sample) {
    return new SampleSide(contracts, event, sample.file(), clock);
  }

  /** Whose events the sample holds: as it was said, or those of the features that changed. */
  private Optional<EventContract> event(SampleFile sample) throws UnusableSampleException {
    List<EventContract> known =
        after.events().stream().filter(event -> counterpart(event).isPresent()).toList();
    String name = sample.event();
    if (name != null) {
      EventContract named =
          known.stream()
              .filter(event -> event.metadata().name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UnusableSampleException(
                          "no event contract that was there before is named "
                              + name
                              + ". Name one of: "
                              + names(known)
                              + "."));
      return isTouched(named) ? Optional.of(named) : Optional.empty();
    }
    List<EventContract> touched = known.stream().filter(this::isTouched).toList();
    if (touched.size() > 1) {
      throw new UnusableSampleException(
          "features of several events changed, and a file holds those of one. Write which, such as"
              + " `--sample "
              + touched.get(0).metadata().name()
              + "="
              + sample.file()
              + "`; there are: "
              + names(touched)
              + ".");
    }
    return touched.stream().findFirst();
  }

  private static String names(List<EventContract> events) {
    return String.join(", ", events.stream().map(event -> event.metadata().name()).toList());
  }

  private boolean isTouched(EventContract event) {
    List<Compared> features = features(event);
    return !features.isEmpty() || !models(event, features).isEmpty();
  }

  private Optional<EventContract> counterpart(EventContract event) {
    return before.events().stream()
        .filter(was -> was.metadata().name().equals(event.metadata().name()))
        .findFirst()
        .or(() -> before.event(event.topic()));
  }

  /** All features of an event that are numbers, in the order of the files. */
  private List<Compared> features(EventContract event) {
    EventContract was = counterpart(event).orElseThrow();
    boolean other = !Meaning.of(was).equals(Meaning.of(event));
    List<Compared> compared = new ArrayList<>();
    for (FeatureContract contract : of(after, event.topic())) {
      Optional<FeatureContract> previous = counterpart(contract, was.topic());
      for (Feature feature : contract.features()) {
        if (feature.type() == FieldType.STRING) {
          continue;
        }
        Optional<Feature> old = previous.flatMap(found -> found.feature(feature.name()));
        if (old.isEmpty() || !old.get().columns().equals(feature.columns())) {
          compared.add(new Compared(contract, feature, null, true));
          continue;
        }
        boolean changed =
            !Meaning.of(was, previous.get(), old.get())
                .equals(Meaning.of(event, contract, feature));
        if (changed || other) {
          compared.add(new Compared(contract, feature, previous.get(), changed));
        }
      }
    }
    return compared;
  }

  private static List<FeatureContract> of(Contracts contracts, TopicUri topic) {
    return contracts.features().stream().filter(one -> one.source().equals(topic)).toList();
  }

  /** The same major version, or else the highest of the name. */
  private Optional<FeatureContract> counterpart(FeatureContract contract, TopicUri topic) {
    List<FeatureContract> named =
        of(before, topic).stream()
            .filter(was -> was.metadata().name().equals(contract.metadata().name()))
            .toList();
    return named.stream()
        .filter(was -> was.metadata().version().major() == contract.metadata().version().major())
        .findFirst()
        .or(() -> named.stream().max(Comparator.comparing(was -> was.metadata().version())));
  }

  /** Models of both sides whose scores may be others, each with its version before. */
  private Map<ModelContract, ModelContract> models(EventContract event, List<Compared> features) {
    Map<ModelContract, ModelContract> models = new LinkedHashMap<>();
    for (String name : after.modelNames()) {
      ModelContract model = after.model(name).orElseThrow();
      Optional<ModelContract> was = before.model(name);
      if (!model.trigger().equals(event.topic())
          || was.isEmpty()
          || !was.get().trigger().equals(counterpart(event).orElseThrow().topic())) {
        continue;
      }
      boolean takes =
          features.stream()
              .filter(feature -> feature.was != null)
              .flatMap(feature -> feature.columns(feature.contract).stream())
              .anyMatch(
                  column ->
                      Objects.equals(model.contracts().get(column.contract()), column.major())
                          && model.features().contains(column.ref()));
      if (takes || !Meaning.of(was.get()).equals(Meaning.of(model))) {
        models.put(model, was.get());
      }
    }
    return models;
  }

  /** Reads the first rows, before any job is started. */
  private Extent requireFit(SampleFile sample, EventContract event) throws UnusableSampleException {
    try (MergedEventFiles rows =
        MergedEventFiles.open(List.of(sample.file()), new EventSchema(event), clock)) {
      long firstMillis = Long.MAX_VALUE;
      long lastMillis = Long.MIN_VALUE;
      Ingested next = rows.next();
      for (int row = 0; row < SampleFile.MAX_ROWS && next != null; row++, next = rows.next()) {
        if (next.event() != null) {
          firstMillis = Math.min(firstMillis, next.event().timeMillis());
          lastMillis = Math.max(lastMillis, next.event().timeMillis());
        }
      }
      boolean isEmpty = lastMillis < firstMillis;
      return new Extent(
          next != null, isEmpty ? Duration.ZERO : Duration.ofMillis(lastMillis - firstMillis));
    } catch (EventFileException e) {
      throw UnusableSampleException.of(e);
    } catch (IOException e) {
      throw new UnusableSampleException(
          sample.file() + " cannot be read: " + e.getMessage() + ". Name another file.", e);
    }
  }

  /** Finds the events that both sides have; most often those are all, in the same order. */
  private static final class Rows {
    private record Sides(String[] before, String[] after) {
      @Override
      public boolean equals(@Nullable Object other) {
        return other instanceof Sides sides && before == sides.before && after == sides.after;
      }

      @Override
      public int hashCode() {
        return 31 * System.identityHashCode(before) + System.identityHashCode(after);
      }
    }

    private record Joined(int[] before, int[] after) {}

    private final Map<Sides, Joined> known = new HashMap<>();

    ValueChange compare(String name, SampleValues before, SampleValues after) {
      if (Arrays.equals(before.ids(), after.ids())) {
        return ValueChange.between(name, before, after);
      }
      Joined joined = known.computeIfAbsent(new Sides(before.ids(), after.ids()), Rows::join);
      return ValueChange.between(name, before.rows(joined.before), after.rows(joined.after));
    }

    private static Joined join(Sides sides) {
      Map<String, Integer> rowOfId = new HashMap<>();
      for (int row = 0; row < sides.before.length; row++) {
        rowOfId.put(sides.before[row], row);
      }
      int[] after =
          Stream.iterate(0, row -> row < sides.after.length, row -> row + 1)
              .filter(row -> rowOfId.containsKey(sides.after[row]))
              .mapToInt(Integer::intValue)
              .toArray();
      return new Joined(
          Arrays.stream(after).map(row -> rowOfId.get(sides.after[row])).toArray(), after);
    }
  }
}
