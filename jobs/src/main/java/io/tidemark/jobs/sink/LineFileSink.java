package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.util.Collection;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one local text file, each record once: a checkpoint remembers the file's length, and a
 * restart cuts the file back to it. A file whose name ends in {@code .gz} is compressed, one gzip
 * member per checkpoint, so that every such length is the end of a member. For a single writer:
 * parallelism 1.
 */
public final class LineFileSink<T> implements Sink<T>, SupportsWriterState<T, Long> {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final LineFormat<T> format;

  public LineFileSink(String file, LineFormat<T> format) {
    this.file = file;
    this.format = format;
  }

  @Override
  public StatefulSinkWriter<T, Long> createWriter(WriterInitContext context) throws IOException {
    return new Writer<>(file, format, 0);
  }

  @Override
  public StatefulSinkWriter<T, Long> restoreWriter(
      WriterInitContext context, Collection<Long> lengths) throws IOException {
    return new Writer<>(
        file, format, lengths.stream().mapToLong(Long::longValue).findFirst().orElse(0));
  }

  @Override
  public SimpleVersionedSerializer<Long> getWriterStateSerializer() {
    return new LengthSerializer();
  }

  private static final class Writer<T> implements StatefulSinkWriter<T, Long> {
    private static final int BUFFER_BYTES = 1 << 16;

    private final LineFormat<T> format;
    private final FileOutputStream file;
    private final boolean compressed;
    private final StringBuilder line = new StringBuilder();
    private @Nullable OutputStream member;

    Writer(String name, LineFormat<T> format, long length) throws IOException {
      this.format = format;
      this.compressed = name.endsWith(".gz") || name.endsWith(".gz.part");
      try (RandomAccessFile cut = new RandomAccessFile(name, "rw")) {
        if (cut.length() < length) {
          throw new IOException(
              name
                  + " has "
                  + cut.length()
                  + " bytes, but had "
                  + length
                  + " at the checkpoint: it was changed from outside. Start anew");
        }
        cut.setLength(length);
      }
      this.file = new FileOutputStream(name, true);
      if (length == 0 && !format.header().isEmpty()) {
        writeLine(line.append(format.header()));
      }
    }

    @Override
    public void write(T record, Context context) throws IOException {
      format.append(record, line);
      writeLine(line);
    }

    private void writeLine(StringBuilder text) throws IOException {
      if (member == null) {
        member =
            compressed
                ? new GZIPOutputStream(file, BUFFER_BYTES)
                : new BufferedOutputStream(file, BUFFER_BYTES);
      }
      member.write(text.append('\n').toString().getBytes(UTF_8));
      text.setLength(0);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      if (member instanceof GZIPOutputStream gzip) {
        gzip.finish();
        member = null;
      } else if (member != null) {
        member.flush();
      }
    }

    @Override
    public List<Long> snapshotState(long checkpointId) throws IOException {
      flush(false);
      return List.of(file.getChannel().size());
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static final class LengthSerializer implements SimpleVersionedSerializer<Long> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(Long length) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(Long.BYTES);
      out.writeLong(length);
      return out.getCopyOfBuffer();
    }

    @Override
    public Long deserialize(int version, byte[] bytes) throws IOException {
      if (version != 1) {
        throw new IOException(
            "A file length in format version " + version + ", but this release reads version 1");
      }
      return new DataInputDeserializer(bytes).readLong();
    }
  }
}
