package io.tidemark.jobs.history;

import io.tidemark.jobs.history.delta.DeltaSink;
import io.tidemark.jobs.history.delta.IncompatibleTableException;
import io.tidemark.jobs.history.delta.RowFormat;
import io.tidemark.jobs.history.delta.TableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** The folder under which all tables lie, as {@code <kind>/<name>}. */
public final class HistoryFolder {
  /** What a URI begins with, and no path: a drive has one letter. */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/");

  private final String uri;
  private final String sinkId;

  private HistoryFolder(String uri, String sinkId) {
    this.uri = uri;
    this.sinkId = sinkId;
  }

  /**
   * @param location a URI, or a path of the local file system
   * @param sinkId who writes, as tables' logs shall say
   * @throws InvalidHistoryException if it is neither, or of a file system that is not there
   */
  public static HistoryFolder of(String location, String sinkId) throws InvalidHistoryException {
    URI folder = uri(location);
    requireNoObstacle(location, folder);
    String text = folder.toString();
    return new HistoryFolder(text.endsWith("/") ? text : text + "/", sinkId);
  }

  private static void requireNoObstacle(String location, URI place) throws InvalidHistoryException {
    Optional<String> obstacle;
    try {
      obstacle = TableFiles.obstacle(place);
    } catch (IOException | RuntimeException e) {
      throw new InvalidHistoryException(
          "--history "
              + location
              + " cannot be reached: "
              + firstLine(e)
              + ". Check the URI and core-site.xml, and that Hadoop's module for this file system"
              + " lies in Flink's lib/",
          e);
    }
    if (obstacle.isPresent()) {
      throw new InvalidHistoryException(
          "--history "
              + location
              + ": "
              + obstacle.get()
              + ". Make room for it, or name another folder",
          null);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private static URI uri(String location) throws InvalidHistoryException {
    try {
      URI given = new URI(location);
      if (given.getScheme() != null) {
        return given;
      }
    } catch (URISyntaxException e) {
      if (SCHEME.matcher(location).lookingAt()) {
        throw new InvalidHistoryException(
            "--history "
                + location
                + " is no URI: "
                + e.getReason()
                + " at index "
                + e.getIndex()
                + ". Write special characters as in file:///a%20b",
            e);
      }
      // A path, which may have spaces.
    }
    try {
      return Path.of(location).toAbsolutePath().normalize().toUri();
    } catch (InvalidPathException e) {
      throw new InvalidHistoryException(
          "--history " + location + " is neither a URI nor a path: " + e.getMessage(), e);
    }
  }

  /**
   * The sink of one table.
   *
   * @throws InvalidHistoryException if nothing can be written there, or the table is there and
   *     cannot take these rows
   */
  public <T> DeltaSink<T> table(String kind, String name, RowFormat<T> rows)
      throws InvalidHistoryException {
    String table = uri + kind + "/" + name;
    requireNoObstacle(uri, URI.create(table));
    requireNoObstacle(uri, URI.create(table + "/_delta_log"));
    DeltaSink<T> sink = new DeltaSink<>(table, kind + "/" + name, sinkId + "-" + kind, rows);
    try {
      sink.requireFittingTable();
    } catch (IncompatibleTableException e) {
      throw new InvalidHistoryException("--history " + uri + ": " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidHistoryException(
          "--history " + table + " cannot be read: " + firstLine(e), e);
    }
    return sink;
  }
}
