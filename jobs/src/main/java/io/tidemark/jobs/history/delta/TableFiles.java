package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;

/**
 * Where tables lie: Hadoop's file systems, set up as {@code core-site.xml} says.
 *
 * <p>Hadoop belongs in Flink's {@code lib/}: it holds threads and statistics for as long as the
 * process lives. Nothing that is passed to it refers to the loader of a job's classes, which would
 * then never be unloaded; hence no file system class of our own either.
 */
public final class TableFiles {
  static final String LOCAL = "file";

  private TableFiles() {}

  /**
   * What stands against writing below a place: a file where a folder must be, or a folder that this
   * process may not write to, in the place or, as far as that is not there yet, in the first folder
   * above it that is. Nothing is written to find out; permissions are asked of local files and of
   * HDFS, while object stores tell them only when they are used.
   *
   * @return text for a user; empty if nothing does, as far as is known
   * @throws IOException if the file system cannot be asked
   */
  public static Optional<String> obstacle(URI place) throws IOException {
    Path path = new Path(place);
    FileSystem files = path.getFileSystem(configuration());
    Path existing = files.makeQualified(path);
    while (existing.getParent() != null && !files.exists(existing)) {
      existing = existing.getParent();
    }
    if (files.exists(existing) && files.getFileStatus(existing).isFile()) {
      return Optional.of(existing + " is a file, and not a folder");
    }
    return mayWrite(files, existing)
        ? Optional.empty()
        : Optional.of(existing + " may not be written to by this user");
  }

  private static boolean mayWrite(FileSystem files, Path folder) throws IOException {
    String scheme = folder.toUri().getScheme();
    if (LOCAL.equals(scheme)) {
      return Files.isWritable(java.nio.file.Path.of(folder.toUri().getPath()));
    }
    if ("hdfs".equals(scheme)) {
      try {
        files.access(folder, FsAction.WRITE_EXECUTE);
      } catch (AccessControlException e) {
        return false;
      }
    }
    return true;
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClassLoader(Configuration.class.getClassLoader());
    // Without a checksum file beside each file.
    configuration.set("fs.file.impl", RawLocalFileSystem.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    // The default asks a native library first, and warns where there is none.
    configuration.set(
        "hadoop.security.group.mapping", "org.apache.hadoop.security.ShellBasedUnixGroupsMapping");
    return configuration;
  }

  /** Brings a local file's bytes, or a folder's names, to the device. */
  static void force(java.nio.file.Path fileOrFolder) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
