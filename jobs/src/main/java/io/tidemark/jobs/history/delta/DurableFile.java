package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A new file whose bytes are on the device, and not in a machine's memory only, once it is closed:
 * what a table's log names must still be there after that machine crashed.
 *
 * <p>A local file is forced after Java itself wrote it, for Hadoop starts a process for each. Of
 * other file systems those are asked to that offer it, as HDFS does; an object store has the whole
 * object once its stream is closed.
 */
final class DurableFile implements OutputFile {
  private final Path path;
  private final Configuration configuration;

  DurableFile(Path path, Configuration configuration) {
    this.path = path;
    this.configuration = configuration;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) throws IOException {
    if (TableFiles.LOCAL.equals(path.toUri().getScheme())) {
      java.nio.file.Path local = java.nio.file.Path.of(path.toUri());
      Files.createDirectories(local.getParent());
      return new ForcedStream(new LocalOutputFile(local).create(blockSizeHint), local);
    }
    return new SyncedStream(path.getFileSystem(configuration).create(path, false));
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    throw new UnsupportedOperationException("A table's file is written once: " + path);
  }

  /** Row groups are smaller than any block, so that none need begin where a block does. */
  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return path.toString();
  }

  /** Parquet closes a stream more than once. */
  private abstract static class CloseOnceStream extends DelegatingPositionOutputStream {
    private final PositionOutputStream out;
    private boolean closed;

    CloseOnceStream(PositionOutputStream out) {
      super(out);
      this.out = out;
    }

    abstract void closeDurably() throws IOException;

    @Override
    public long getPos() throws IOException {
      return out.getPos();
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        closeDurably();
      }
    }
  }

  private static final class ForcedStream extends CloseOnceStream {
    private final PositionOutputStream out;
    private final java.nio.file.Path file;

    ForcedStream(PositionOutputStream out, java.nio.file.Path file) {
      super(out);
      this.out = out;
      this.file = file;
    }

    @Override
    void closeDurably() throws IOException {
      out.close();
      TableFiles.force(file);
      TableFiles.force(file.getParent());
    }
  }

  private static final class SyncedStream extends CloseOnceStream {
    private final FSDataOutputStream out;

    SyncedStream(FSDataOutputStream out) {
      super(HadoopStreams.wrap(out));
      this.out = out;
    }

    @Override
    void closeDurably() throws IOException {
      try (out) {
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
      }
    }
  }
}
