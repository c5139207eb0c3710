package io.tidemark.jobs.history.delta;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Where tables lie: Hadoop's file systems, set up as {@code core-site.xml} says. */
final class TableFiles {
  private TableFiles() {}

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClassLoader(TableFiles.class.getClassLoader());
    // Without a checksum file beside each file.
    configuration.set("fs.file.impl", RawLocalFileSystem.class.getName());
    // The default asks a native library first, and warns where there is none.
    configuration.set(
        "hadoop.security.group.mapping", "org.apache.hadoop.security.ShellBasedUnixGroupsMapping");
    return configuration;
  }
}
