package io.tidemark.cli.output;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * A text file that is written here and appears under its name only when it is whole (see {@link
 * PartFile}). A name that ends in {@code .gz} makes it gzip. Not thread-safe.
 */
public final class OutputFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PartFile part;
  private final Writer writer;

  private OutputFile(PartFile part, Writer writer) {
    this.part = part;
    this.writer = writer;
  }

  /**
   * @throws IOException if the folder is not there or cannot be written; the message names the file
   */
  public static OutputFile create(Path file) throws IOException {
    PartFile part = PartFile.of(file);
    OutputStream bytes = Files.newOutputStream(part.part());
    try {
      OutputStream out =
          file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes;
      Writer writer =
          new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER_BYTES);
      return new OutputFile(part, writer);
    } catch (IOException | RuntimeException e) {
      try (bytes) {
        part.close();
      }
      throw e;
    }
  }

  public Writer writer() {
    return writer;
  }

  /** Gives the file its name. Nothing may be written afterwards. */
  public void commit() throws IOException {
    writer.close();
    part.commit();
  }

  @Override
  public void close() throws IOException {
    try (writer) {
      part.close();
    }
  }
}
