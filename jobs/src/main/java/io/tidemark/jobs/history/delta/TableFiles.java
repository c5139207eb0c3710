package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;

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

  /** Whether there is something at this place that is no folder. */
  public static boolean isFile(URI place) throws IOException {
    Path path = new Path(place);
    FileSystem files = path.getFileSystem(configuration());
    return files.exists(path) && files.getFileStatus(path).isFile();
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

  /** A file to write to; a local one by Java itself, for Hadoop starts a process for each. */
  static OutputFile output(Path path, Configuration configuration) throws IOException {
    if (LOCAL.equals(path.toUri().getScheme())) {
      java.nio.file.Path local = java.nio.file.Path.of(path.toUri());
      Files.createDirectories(local.getParent());
      return new LocalOutputFile(local);
    }
    return HadoopOutputFile.fromPath(path, configuration);
  }
}
