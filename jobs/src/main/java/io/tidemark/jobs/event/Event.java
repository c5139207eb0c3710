package io.tidemark.jobs.event;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One accepted event. Text fields lie in one lane, all others as 64 bits in another (doubles as
 * their raw bits, booleans as 0 or 1, timestamps as milliseconds since the epoch), so that reading
 * a field costs no boxing; {@link EventSchema} knows the slots.
 *
 * <p>Immutable after the decoder has filled it.
 */
public final class Event {
  private final long timeMillis;
  private final long ingestedAtMillis;
  private final long[] numbers;
  private final long[] nullBits;
  private final @Nullable String[] texts;

  /**
   * @param timeMillis the event's own time
   * @param ingestedAtMillis when the broker took it, 0 where it came from a file
   * @param numbers one entry per non-text field
   * @param nullBits bit i set where numbers[i] is null
   * @param texts one entry per text field, null where it is null
   */
  Event(
      long timeMillis,
      long ingestedAtMillis,
      long[] numbers,
      long[] nullBits,
      @Nullable String[] texts) {
    this.timeMillis = timeMillis;
    this.ingestedAtMillis = ingestedAtMillis;
    this.numbers = numbers;
    this.nullBits = nullBits;
    this.texts = texts;
  }

  public long timeMillis() {
    return timeMillis;
  }

  /** When the broker took the event, in milliseconds since the epoch; 0 where unknown. */
  public long ingestedAtMillis() {
    return ingestedAtMillis;
  }

  /** The text in a text slot, null where the field is null. */
  public @Nullable String text(int slot) {
    return texts[slot];
  }

  public boolean isNumberNull(int slot) {
    return (nullBits[slot >>> 6] & 1L << slot) != 0;
  }

  /** The raw 64 bits of a number slot; meaningless where {@link #isNumberNull}. */
  public long bits(int slot) {
    return numbers[slot];
  }

  public double doubleValue(int slot) {
    return Double.longBitsToDouble(numbers[slot]);
  }

  /** How many words hold one null bit per number. */
  static int nullWords(int numberCount) {
    return (numberCount + 63) >>> 6;
  }

  long[] numbers() {
    return numbers;
  }

  long[] nullBits() {
    return nullBits;
  }

  @Nullable String[] texts() {
    return texts;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event event
        && timeMillis == event.timeMillis
        && ingestedAtMillis == event.ingestedAtMillis
        && Arrays.equals(numbers, event.numbers)
        && Arrays.equals(nullBits, event.nullBits)
        && Arrays.equals(texts, event.texts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(timeMillis, Arrays.hashCode(numbers), Arrays.hashCode(texts));
  }

  @Override
  public String toString() {
    return "Event{time="
        + timeMillis
        + ", numbers="
        + Arrays.toString(numbers)
        + ", texts="
        + Arrays.toString(texts)
        + "}";
  }
}
