package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * JSON of one record after another, in UTF-8, put together from parts that never change and values.
 * A generator that checks what may follow what, made anew for each record, took a seventh of a
 * scoring job's time. Not thread-safe.
 */
final class JsonBuffer {
  private static final int FIRST_BYTES = 512;
  private static final long DAY_MILLIS = 86_400_000;
  private static final long NO_DAY = Long.MIN_VALUE;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  private long day = NO_DAY;
  private byte[] dayText = new byte[0];

  /** Text as a part: quoted, with everything escaped that must be. */
  static byte[] quoted(String text) {
    JsonBuffer buffer = new JsonBuffer();
    buffer.text(text);
    return buffer.take();
  }

  /** A part, taken as it is. */
  static byte[] part(String json) {
    return json.getBytes(UTF_8);
  }

  JsonBuffer add(byte[] part) {
    reserve(part.length);
    System.arraycopy(part, 0, bytes, length, part.length);
    length += part.length;
    return this;
  }

  JsonBuffer add(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** A JSON string. */
  JsonBuffer text(String value) {
    add('"');
    if (isPlain(value)) {
      ascii(value);
    } else {
      add(JsonStringEncoder.getInstance().quoteAsUTF8(value));
    }
    return add('"');
  }

  /** A number as {@link Double#toString(double)} spells it; one that is not finite as a string. */
  JsonBuffer number(double value) {
    String text = Double.toString(value);
    return Double.isFinite(value) ? ascii(text) : text(text);
  }

  /**
   * A string with a time in milliseconds since the epoch, as {@link Instant#toString} spells it.
   */
  JsonBuffer time(long millis) {
    long ofDay = Math.floorMod(millis, DAY_MILLIS);
    long newDay = Math.floorDiv(millis, DAY_MILLIS);
    if (newDay != day) {
      LocalDate date = LocalDate.ofEpochDay(newDay);
      if (date.getYear() < 0 || date.getYear() > 9_999) {
        return text(Instant.ofEpochMilli(millis).toString());
      }
      day = newDay;
      dayText = part("\"" + date + "T");
    }
    add(dayText);
    int seconds = (int) (ofDay / 1_000);
    digits(seconds / 3_600, 2)
        .add(':')
        .digits(seconds / 60 % 60, 2)
        .add(':')
        .digits(seconds % 60, 2);
    int fraction = (int) (ofDay % 1_000);
    if (fraction != 0) {
      add('.').digits(fraction, 3);
    }
    return add('Z').add('"');
  }

  /** What was put together since the last time. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, length);
    length = 0;
    return taken;
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private JsonBuffer ascii(String value) {
    return add(value.getBytes(ISO_8859_1));
  }

  private JsonBuffer digits(int value, int count) {
    reserve(count);
    int rest = value;
    for (int i = length + count - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
    return this;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
