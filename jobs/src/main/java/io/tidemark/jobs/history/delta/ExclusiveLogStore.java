package io.tidemark.jobs.history.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.delta.storage.AzureLogStore;
import io.delta.storage.CloseableIterator;
import io.delta.storage.GCSLogStore;
import io.delta.storage.HDFSLogStore;
import io.delta.storage.LogStore;
import io.delta.storage.S3SingleDriverLogStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Creates a table's log entries so that of several writers exactly one makes each, and tells the
 * others by {@link ConflictException}. delta-standalone would rather try the next version by
 * itself, without looking whether what the others wrote was the same batch.
 *
 * <ul>
 *   <li>Local and NFS: a hard link from a finished temporary file, which fails where the name is
 *       taken. delta-standalone's own way, look and then rename, lets two processes both succeed.
 *   <li>HDFS: a rename that does not overwrite. Azure and Google Cloud: likewise by their stores.
 *   <li>S3: exclusive only within one process, hence one job per table there.
 * </ul>
 */
public final class ExclusiveLogStore extends LogStore {
  /** Called by delta-standalone, by name. */
  public ExclusiveLogStore(Configuration configuration) {
    super(configuration);
  }

  @Override
  public CloseableIterator<String> read(Path path, Configuration configuration) throws IOException {
    return of(path, configuration).read(path, configuration);
  }

  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    try {
      if (TableFiles.LOCAL.equals(scheme(path, configuration))) {
        writeLocal(java.nio.file.Path.of(path.toUri().getPath()), actions, overwrite);
      } else {
        of(path, configuration).write(path, actions, overwrite, configuration);
      }
    } catch (FileAlreadyExistsException e) {
      throw new ConflictException("Another writer made " + path, e);
    }
  }

  private static void writeLocal(
      java.nio.file.Path entry, Iterator<String> actions, boolean overwrite) throws IOException {
    java.nio.file.Path temporary =
        entry.resolveSibling("." + entry.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        while (actions.hasNext()) {
          out.write(actions.next().getBytes(UTF_8));
          out.write('\n');
        }
        out.flush();
        channel.force(true);
      }
      if (overwrite) {
        Files.move(temporary, entry, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.createLink(entry, temporary);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    TableFiles.force(entry.getParent());
  }

  @Override
  public Iterator<FileStatus> listFrom(Path path, Configuration configuration) throws IOException {
    return of(path, configuration).listFrom(path, configuration);
  }

  @Override
  public Path resolvePathOnPhysicalStorage(Path path, Configuration configuration)
      throws IOException {
    return of(path, configuration).resolvePathOnPhysicalStorage(path, configuration);
  }

  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) throws IOException {
    return of(path, configuration).isPartialWriteVisible(path, configuration);
  }

  private LogStore of(Path path, Configuration configuration) throws IOException {
    return switch (scheme(path, configuration)) {
      case "s3", "s3a", "s3n" -> new S3SingleDriverLogStore(initHadoopConf());
      case "abfs", "abfss", "adl", "wasb", "wasbs" -> new AzureLogStore(initHadoopConf());
      case "gs" -> new GCSLogStore(initHadoopConf());
      default -> new HDFSLogStore(initHadoopConf());
    };
  }

  private static String scheme(Path path, Configuration configuration) throws IOException {
    String scheme = path.toUri().getScheme();
    return scheme == null ? path.getFileSystem(configuration).getScheme() : scheme;
  }
}
