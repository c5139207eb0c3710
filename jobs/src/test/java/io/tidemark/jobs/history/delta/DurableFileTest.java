package io.tidemark.jobs.history.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.apache.parquet.io.PositionOutputStream;
import org.junit.jupiter.api.Test;

/** What a file system that can sync is asked, and when. */
class DurableFileTest {

  @Test
  void bytesAreSyncedOnceAfterTheLastAndBeforeTheClose() throws Exception {
    assertThat(write("sync:/table/file")).containsExactly("written: ab", "hsync", "closed");
  }

  @Test
  void fileSystemThatCannotSyncIsNotAsked() throws Exception {
    assertThat(write("object:/table/file")).containsExactly("written: ab", "closed");
  }

  private static List<String> write(String uri) throws IOException {
    Configuration configuration = new Configuration();
    for (String scheme : List.of("sync", "object")) {
      configuration.set("fs." + scheme + ".impl", RecordingFileSystem.class.getName());
      configuration.setBoolean("fs." + scheme + ".impl.disable.cache", true);
    }
    RecordingFileSystem.CALLS.clear();
    PositionOutputStream out = new DurableFile(new Path(URI.create(uri)), configuration).create(0);
    out.write("ab".getBytes(UTF_8));
    assertThat(out.getPos()).isEqualTo(2);
    out.close();
    out.close();
    return RecordingFileSystem.CALLS;
  }

  /** Keeps nothing but what is called; scheme {@code sync} can sync, others cannot. */
  public static final class RecordingFileSystem extends RawLocalFileSystem {
    static final List<String> CALLS = new ArrayList<>();

    @Override
    protected void checkPath(Path path) {}

    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return new FSDataOutputStream(
          new RecordingStream("sync".equals(file.toUri().getScheme())), null);
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return create(
          file,
          FsPermission.getFileDefault(),
          overwrite,
          bufferSize,
          replication,
          blockSize,
          progress);
    }
  }

  private static final class RecordingStream extends OutputStream
      implements Syncable, StreamCapabilities {
    private final boolean syncs;

    RecordingStream(boolean syncs) {
      this.syncs = syncs;
    }

    @Override
    public boolean hasCapability(String capability) {
      return syncs && capability.equals(StreamCapabilities.HSYNC);
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      RecordingFileSystem.CALLS.add("written: " + new String(bytes, offset, length, UTF_8));
    }

    @Override
    public void hflush() {
      RecordingFileSystem.CALLS.add("hflush");
    }

    @Override
    public void hsync() {
      RecordingFileSystem.CALLS.add("hsync");
    }

    @Override
    public void close() {
      RecordingFileSystem.CALLS.add("closed");
    }
  }
}
