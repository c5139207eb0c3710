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
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * A text file that appears under its name only when it is whole: until {@link #commit} it is {@code
 * NAME.part}, and {@link #close} without a commit removes that. A name that ends in {@code .gz}
 * makes it gzip. An older file of the same name is replaced. Not thread-safe.
 */
public final class OutputFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path part;
  private final Writer writer;

  private OutputFile(Path file, Path part, Writer writer) {
    this.file = file;
    this.part = part;
    this.writer = writer;
  }

  /**
   * @throws IOException if the folder is not there or cannot be written; the message names the file
   */
  public static OutputFile create(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    OutputStream bytes = Files.newOutputStream(part);
    part.toFile().deleteOnExit(); // Ctrl-C
    try {
      OutputStream out =
          file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes;
      Writer writer =
          new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER_BYTES);
      return new OutputFile(file, part, writer);
    } catch (IOException | RuntimeException e) {
      try (bytes) {
        Files.deleteIfExists(part);
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
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    try (writer) {
      Files.deleteIfExists(part);
    }
  }
}
