package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where tables lie: Hadoop's file systems, set up as {@code core-site.xml} says. */
public final class TableFiles {
  private TableFiles() {}

  /** Whether there is something at this place that is no folder. */
  public static boolean isFile(URI place) throws IOException {
    Path path = new Path(place);
    FileSystem files = path.getFileSystem(configuration());
    return files.exists(path) && files.getFileStatus(path).isFile();
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClassLoader(TableFiles.class.getClassLoader());
    configuration.set("fs.file.impl", PlainLocalFiles.class.getName());
    // The default asks a native library first, and warns where there is none.
    configuration.set(
        "hadoop.security.group.mapping", "org.apache.hadoop.security.ShellBasedUnixGroupsMapping");
    return configuration;
  }
}
