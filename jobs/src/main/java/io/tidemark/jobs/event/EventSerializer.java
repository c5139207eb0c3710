package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lanes of an {@link Event} with their lengths: it needs no schema to read them back.
 */
public final class EventSerializer extends RecordSerializer<Event> {
  private static final long serialVersionUID = 1L;

  public static final EventSerializer INSTANCE = new EventSerializer();

  private EventSerializer() {
    super("An event", 1);
  }

  @Override
  void write(Event event, DataOutputView out) throws IOException {
    writeLanes(event, out);
  }

  @Override
  Event read(int version, DataInputView in) throws IOException {
    return readLanes(in);
  }

  static void writeLanes(Event event, DataOutputView out) throws IOException {
    out.writeLong(event.timeMillis());
    out.writeLong(event.ingestedAtMillis());
    Varint.write(event.numbers().length, out);
    for (long number : event.numbers()) {
      out.writeLong(number);
    }
    for (long bits : event.nullBits()) {
      out.writeLong(bits);
    }
    Varint.write(event.texts().length, out);
    for (String text : event.texts()) {
      Varint.writeBytes(text == null ? null : text.getBytes(UTF_8), out);
    }
  }

  static Event readLanes(DataInputView in) throws IOException {
    long timeMillis = in.readLong();
    long ingestedAtMillis = in.readLong();
    long[] numbers = new long[Varint.read(in)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readLong();
    }
    long[] nullBits = new long[Event.nullWords(numbers.length)];
    for (int i = 0; i < nullBits.length; i++) {
      nullBits[i] = in.readLong();
    }
    @Nullable String[] texts = new String[Varint.read(in)];
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = Varint.readBytes(in);
      texts[i] = bytes == null ? null : new String(bytes, UTF_8);
    }
    return new Event(timeMillis, ingestedAtMillis, numbers, nullBits, texts);
  }

  @Override
  public TypeSerializerSnapshot<Event> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Named in savepoints. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Event> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
