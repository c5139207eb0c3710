package io.tidemark.jobs.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contract.FieldType;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.state.StateManifest.HeldColumn;
import io.tidemark.jobs.state.StateManifest.HeldFeature;
import io.tidemark.jobs.state.StateManifest.HeldField;
import io.tidemark.jobs.state.StateManifest.HeldSpan;
import io.tidemark.jobs.state.StateManifest.Identity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a {@link StateManifest} in checkpoints and savepoints: a byte of version, then its
 * components in order; lists and texts with their length in front, texts in UTF-8, field types by
 * their name in contracts.
 */
public final class StateManifestFormat {
  private static final byte VERSION = 1;

  private StateManifestFormat() {}

  public static byte[] write(StateManifest manifest) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      write(manifest.identity(), out);
      out.writeInt(manifest.features().size());
      for (HeldFeature feature : manifest.features()) {
        write(feature.name(), out);
        write(feature.version().toString(), out);
        write(feature.parts(), out);
      }
      write(manifest.span(), out);
      out.writeInt(manifest.fields().size());
      for (HeldField field : manifest.fields()) {
        write(field.name(), out);
        write(field.type().yamlName(), out);
      }
      write(manifest.vectorColumns(), out);
      out.writeInt(manifest.layouts().size());
      for (byte[] layout : manifest.layouts()) {
        write(layout, out);
      }
      out.writeInt(manifest.layout());
    } catch (IOException e) {
      throw new UncheckedIOException("A buffer in memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(Identity identity, DataOutputStream out) throws IOException {
    write(identity.domain(), out);
    write(identity.contract(), out);
    write(identity.event(), out);
    write(identity.source(), out);
    write(identity.time(), out);
    write(identity.entity(), out);
  }

  private static void write(HeldSpan span, DataOutputStream out) throws IOException {
    out.writeLong(span.sinceMillis());
    out.writeLong(span.upToMillis());
    out.writeLong(span.reachMillis());
    out.writeLong(span.memoryMillis());
    out.writeInt(span.columns().size());
    for (HeldColumn column : span.columns()) {
      write(column.meaning(), out);
      out.writeLong(column.sinceMillis());
    }
  }

  /**
   * @throws StateRefusedException if a later release wrote it, or it is damaged
   */
  public static StateManifest read(byte[] bytes) throws StateRefusedException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new StateRefusedException(Refusals.newerFormat(version, VERSION));
      }
      Identity identity =
          new Identity(
              readText(in), readText(in), readText(in), readText(in), readText(in), readTexts(in));
      List<HeldFeature> features = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        features.add(
            new HeldFeature(
                readText(in),
                SemanticVersion.parse(readText(in)).orElseThrow(() -> damaged("a version")),
                readTexts(in)));
      }
      HeldSpan span = readSpan(in);
      List<HeldField> fields = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        fields.add(new HeldField(readText(in), type(readText(in))));
      }
      List<String> vectorColumns = readTexts(in);
      List<byte[]> layouts = new ArrayList<>();
      for (int rest = in.readInt(); rest > 0; rest--) {
        layouts.add(readBytes(in));
      }
      return new StateManifest(
          identity, features, span, fields, vectorColumns, layouts, in.readInt());
    } catch (IOException e) {
      throw damaged(e.getMessage() == null ? "it ends too early" : e.getMessage());
    }
  }

  private static FieldType type(String name) throws StateRefusedException {
    for (FieldType type : FieldType.values()) {
      if (type.yamlName().equals(name)) {
        return type;
      }
    }
    throw damaged("a type of field");
  }

  private static HeldSpan readSpan(DataInputStream in) throws IOException {
    long since = in.readLong();
    long upTo = in.readLong();
    long reach = in.readLong();
    long memory = in.readLong();
    List<HeldColumn> columns = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      columns.add(new HeldColumn(readText(in), in.readLong()));
    }
    return new HeldSpan(since, upTo, reach, memory, columns);
  }

  private static StateRefusedException damaged(String what) {
    return new StateRefusedException(
        "The savepoint's manifest is damaged (" + what + "). Use another savepoint or checkpoint");
  }

  private static void write(List<String> texts, DataOutputStream out) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      write(text, out);
    }
  }

  private static void write(String text, DataOutputStream out) throws IOException {
    write(text.getBytes(UTF_8), out);
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int rest = in.readInt(); rest > 0; rest--) {
      texts.add(readText(in));
    }
    return texts;
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a length of " + length);
    }
    return in.readNBytes(length);
  }
}
