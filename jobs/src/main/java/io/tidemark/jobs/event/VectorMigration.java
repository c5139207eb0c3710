package io.tidemark.jobs.event;

import io.tidemark.contract.FieldType;
import io.tidemark.jobs.state.StateManifest;
import io.tidemark.jobs.state.StateManifest.HeldField;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns vectors that were in flight when a checkpoint was taken into those of a job whose event or
 * whose features have changed since: fields and columns are found by name. A field that the event
 * did not have is null, a column that the vector did not have is without value and warming up,
 * until the operator whose it is fills it.
 */
public final class VectorMigration {
  private final EventSchema schema;
  private final VectorColumns columns;
  private final int digestBefore;

  /** Per column where it was, negative where it was not. */
  private final int[] columnsBefore;

  /** Per field where it was; null where the event is the same. */
  private final Source @Nullable [] sources;

  /** A field of the event before. */
  private record Source(FieldType type, int slot) {}

  public VectorMigration(StateManifest before, EventSchema schema, VectorColumns columns) {
    this.schema = schema;
    this.columns = columns;
    this.digestBefore = new VectorColumns(before.vectorColumns()).digest();
    this.columnsBefore =
        columns.names().stream().mapToInt(before.vectorColumns()::indexOf).toArray();
    List<HeldField> fields =
        schema.fields().stream().map(field -> new HeldField(field.name(), field.type())).toList();
    this.sources = fields.equals(before.fields()) ? null : sources(before.fields(), fields);
  }

  private static Source[] sources(List<HeldField> before, List<HeldField> now) {
    @Nullable Source[] sources = new Source[now.size()];
    int numbers = 0;
    int texts = 0;
    for (HeldField field : before) {
      int slot = field.type() == FieldType.STRING ? texts++ : numbers++;
      IntStream.range(0, sources.length)
          .filter(i -> now.get(i).name().equals(field.name()))
          .forEach(i -> sources[i] = new Source(field.type(), slot));
    }
    return sources;
  }

  public FeatureVector turn(FeatureVector vector) {
    if (vector.columnsDigest() != digestBefore) {
      throw new IllegalStateException(
          "The savepoint holds an event in flight whose features are not those of its manifest:"
              + " the state is damaged");
    }
    FeatureVector turned = FeatureVector.of(turn(vector.trigger()), columns);
    for (int i = 0; i < columnsBefore.length; i++) {
      int before = columnsBefore[i];
      if (before < 0) {
        turned.set(i, Double.NaN, FeatureStatus.WARMING);
      } else {
        turned.set(i, vector.value(before), vector.status(before));
      }
    }
    if (vector.isLate()) {
      turned.markLate();
    }
    turned.stamp(vector.stamp());
    return turned;
  }

  private Event turn(Event event) {
    if (sources == null) {
      return event;
    }
    long[] numbers = new long[schema.numberCount()];
    long[] nullBits = new long[Event.nullWords(numbers.length)];
    @Nullable String[] texts = new String[schema.textCount()];
    for (int field = 0; field < sources.length; field++) {
      Source source = sources[field];
      int slot = schema.slot(field);
      if (schema.isText(field)) {
        texts[slot] = source == null ? null : event.text(source.slot);
      } else if (source == null || event.isNumberNull(source.slot)) {
        nullBits[slot >>> 6] |= 1L << slot;
      } else {
        long bits = event.bits(source.slot);
        boolean widened = schema.type(field) == FieldType.DOUBLE && source.type != FieldType.DOUBLE;
        numbers[slot] = widened ? Double.doubleToRawLongBits((double) bits) : bits;
      }
    }
    return new Event(event.timeMillis(), event.ingestedAtMillis(), numbers, nullBits, texts);
  }
}
