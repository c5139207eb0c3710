package io.tidemark.cli.output;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that somebody else writes and that appears under its name only when it is whole: until
 * {@link #commit} it is {@code NAME.part}, and {@link #close} without a commit removes that.
 */
public final class PartFile implements Closeable {
  private final Path file;
  private final Path part;

  private PartFile(Path file, Path part) {
    this.file = file;
    this.part = part;
  }

  /**
   * Makes it, still empty, before anybody has worked for it.
   *
   * @throws IOException if it cannot be made; the message names the file
   */
  public static PartFile of(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.deleteIfExists(part);
      Files.createFile(part);
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + reason(e) + ". Name another place.", e);
    }
    part.toFile().deleteOnExit(); // Ctrl-C
    return new PartFile(file, part);
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access denied";
    }
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    return reason == null ? "its folder takes no files" : reason;
  }

  /** Where to write until then. */
  public Path part() {
    return part;
  }

  /** The name it will have. */
  public Path file() {
    return file;
  }

  /** Gives the file its name; an older one is replaced. */
  public void commit() throws IOException {
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(part);
  }
}
