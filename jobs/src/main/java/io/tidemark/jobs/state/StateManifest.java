package io.tidemark.jobs.state;

import io.tidemark.contract.FieldType;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.review.RetainedLog;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one feature operator holds: whose features, over which columns of which events, since when,
 * and every layout in which the bytes of its keys may still lie. Each checkpoint has it, so that a
 * later job, and a person before it starts, can tell what becomes of the state.
 *
 * <p>A key's bytes name their layout by its number. They are turned into the current layout when
 * the key is next asked for, so that those of a key that sleeps can be several changes old; hence
 * layouts are never taken off the list.
 *
 * @param identity whose state it is
 * @param features in the order of the contracts
 * @param span which events are held
 * @param fields of the event, in the order of their slots: events in flight lie in the state, too
 * @param vectorColumns names of the columns of vectors in flight
 * @param layouts in the form of the operator's own, the first ever used in front
 * @param layout position of the current one
 */
public record StateManifest(
    Identity identity,
    List<HeldFeature> features,
    HeldSpan span,
    List<HeldField> fields,
    List<String> vectorColumns,
    List<byte[]> layouts,
    int layout)
    implements Serializable {
  public StateManifest {
    features = List.copyOf(features);
    fields = List.copyOf(fields);
    vectorColumns = List.copyOf(vectorColumns);
    layouts = List.copyOf(layouts);
  }

  /**
   * Whose state it is.
   *
   * @param domain folder of the contracts; empty where a job was built without one
   * @param contract name of the feature contract
   * @param event name of the event contract
   * @param source topic of the events
   * @param time field that is the events' time
   * @param entity fields that are the key
   */
  public record Identity(
      String domain, String contract, String event, String source, String time, List<String> entity)
      implements Serializable {
    public Identity {
      entity = List.copyOf(entity);
    }

    @Override
    public String toString() {
      return "`"
          + contract
          + "` by "
          + entity
          + " from "
          + source
          + (domain.isEmpty() ? "" : " of the domain `" + domain + "`");
    }
  }

  /**
   * A feature that the state serves.
   *
   * @param version of its contract
   * @param parts see {@link io.tidemark.contract.review.StateParts#of}
   */
  public record HeldFeature(String name, SemanticVersion version, List<String> parts)
      implements Serializable {
    public HeldFeature {
      parts = List.copyOf(parts);
    }
  }

  /** A field of the event; its slot follows from its place among the others. */
  public record HeldField(String name, FieldType type) implements Serializable {}

  /**
   * Which events are held, in milliseconds of event time.
   *
   * @param sinceMillis all events since then were seen; {@link Long#MIN_VALUE} where all ever
   * @param upToMillis the latest event seen; {@link Long#MIN_VALUE} before the first
   * @param reachMillis how far behind a key's latest event its events are kept
   * @param memoryMillis how long after its latest event a key is kept; {@link Long#MAX_VALUE} where
   *     for ever
   * @param columns of the log, and since when events have each; then the parts of windows that hop,
   *     and since when tiles have each
   */
  public record HeldSpan(
      long sinceMillis,
      long upToMillis,
      long reachMillis,
      long memoryMillis,
      List<HeldColumn> columns)
      implements Serializable {
    public HeldSpan {
      columns = List.copyOf(columns);
    }

    HeldSpan with(long since, long upTo) {
      return new HeldSpan(since, upTo, reachMillis, memoryMillis, columns);
    }

    private HeldSpan with(long since, long upTo, List<HeldColumn> known) {
      return new HeldSpan(since, upTo, reachMillis, memoryMillis, known);
    }
  }

  /**
   * @param meaning see {@link io.tidemark.contract.review.StateParts#column}, and {@link
   *     io.tidemark.contract.review.StateParts#of} of windows that hop
   */
  public record HeldColumn(String meaning, long sinceMillis) implements Serializable {}

  /** The bytes of the current layout. */
  public byte[] currentLayout() {
    return layouts.get(layout);
  }

  /** What it says, to ask what becomes of features. */
  public RetainedLog retained() {
    Map<String, Long> columns = new HashMap<>();
    span.columns.forEach(column -> columns.put(column.meaning, column.sinceMillis));
    Set<String> parts = new HashSet<>();
    features.forEach(feature -> parts.addAll(feature.parts));
    // Before the first event nothing can be missing but what came before the start.
    long asOf =
        span.upToMillis != Long.MIN_VALUE
            ? span.upToMillis
            : span.sinceMillis == Long.MIN_VALUE ? 0 : span.sinceMillis;
    return new RetainedLog(
        asOf, span.sinceMillis, Duration.ofMillis(span.reachMillis), columns, parts);
  }

  /** The same as of later. */
  public StateManifest as(long sinceMillis, long upToMillis) {
    return new StateManifest(
        identity,
        features,
        span.with(Math.max(span.sinceMillis, sinceMillis), Math.max(span.upToMillis, upToMillis)),
        fields,
        vectorColumns,
        layouts,
        layout);
  }

  /**
   * This operator's manifest when it goes on from another one's state.
   *
   * @param before what the state says, which {@link Refusals#of} has nothing against
   */
  public StateManifest after(StateManifest before) {
    List<byte[]> all = new ArrayList<>(before.layouts);
    int number = indexOf(all, currentLayout());
    if (number == all.size()) {
      all.add(currentLayout());
    }
    Map<String, Long> known = new HashMap<>();
    before.features.stream()
        .flatMap(feature -> feature.parts.stream())
        .forEach(part -> known.put(part, Long.MIN_VALUE));
    before.span.columns.forEach(column -> known.put(column.meaning, column.sinceMillis));
    List<HeldColumn> columns =
        span.columns.stream()
            .map(
                column ->
                    new HeldColumn(
                        column.meaning, known.getOrDefault(column.meaning, before.span.upToMillis)))
            .toList();
    long since = before.span.sinceMillis;
    if (span.reachMillis > before.span.reachMillis && before.span.upToMillis != Long.MIN_VALUE) {
      since = Math.max(since, before.span.upToMillis - before.span.reachMillis);
    }
    return new StateManifest(
        identity,
        features,
        span.with(since, before.span.upToMillis, columns),
        fields,
        vectorColumns,
        all,
        number);
  }

  private static int indexOf(List<byte[]> layouts, byte[] layout) {
    int number = 0;
    while (number < layouts.size() && !Arrays.equals(layouts.get(number), layout)) {
      number++;
    }
    return number;
  }
}
