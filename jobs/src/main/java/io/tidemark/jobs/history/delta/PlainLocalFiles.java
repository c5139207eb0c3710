package io.tidemark.jobs.history.delta;

import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Local files as any program makes them: no checksum file beside each, no process per file. */
public final class PlainLocalFiles extends RawLocalFileSystem {
  /** Called by Hadoop, by name. */
  public PlainLocalFiles() {}

  /** The process's own mask decides; Hadoop would start {@code chmod} for each file it makes. */
  @Override
  public void setPermission(Path path, FsPermission permission) {}
}
