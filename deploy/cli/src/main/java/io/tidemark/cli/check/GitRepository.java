package io.tidemark.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The git repository that a folder lies in, asked through git itself, which only reads. Contracts
 * of a revision are read from its objects: attributes, filters and hooks of the repository have no
 * say.
 */
final class GitRepository {
  /** Of a contract, which is invalid if it is larger. */
  private static final long MAX_BYTES = 512 << 10;

  private static final int MAX_FILES = 100_000;

  private final Path folder;
  private final String prefix;

  private GitRepository(Path folder, String prefix) {
    this.folder = folder;
    this.prefix = prefix;
  }

  /**
   * @param folder in the working tree
   * @throws GitException if git is missing, or the folder is not in a repository
   */
  static GitRepository of(Path folder) throws IOException, GitException {
    Answer answer = git(folder, "rev-parse", "--show-prefix");
    if (answer.exitCode != 0) {
      throw new GitException(
          folder
              + " is in no git repository, so there are no revisions to compare with."
              + " Name a folder with --base, or run this in a checkout.");
    }
    String line = answer.text().strip();
    return new GitRepository(
        folder, line.endsWith("/") ? line.substring(0, line.length() - 1) : line);
  }

  /** The folder, from the root of the repository on. */
  String prefix() {
    return prefix;
  }

  /** The commit that a revision names. */
  String commit(String revision) throws IOException, GitException {
    Answer answer =
        git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}");
    if (answer.exitCode != 0) {
      throw new GitException(
          revision
              + " is neither a folder nor a revision of this repository. Fetch it first (in CI: a"
              + " checkout with fetch-depth 0), or write it like `origin/main`.");
    }
    return answer.text().strip();
  }

  /**
   * Copies the YAML files of a commit's folder of contracts.
   *
   * @return false if the commit has no such folder
   */
  boolean copyContracts(String commit, Path target) throws IOException, GitException {
    Answer tree = git(folder, "ls-tree", "--full-tree", "-r", "-l", "-z", commit + ":" + prefix);
    if (tree.exitCode != 0) {
      return false;
    }
    List<Blob> blobs = new ArrayList<>();
    for (String line : tree.text().split("\0")) {
      Blob.parse(line).ifPresent(blobs::add);
    }
    if (blobs.size() > MAX_FILES) {
      throw new GitException(
          commit + " has more than " + MAX_FILES + " contracts. Name the folder of contracts.");
    }
    copy(blobs, target);
    return !blobs.isEmpty();
  }

  /**
   * Copies one file of a commit's folder; does nothing where it has none, or one that is larger.
   *
   * @param path below the folder
   */
  void copyFile(String commit, String path, Path target, long maxBytes)
      throws IOException, GitException {
    String line = git(folder, "ls-tree", "--full-tree", "-l", commit, "--", join(path)).text();
    Optional<Blob> blob = Blob.ofFile(line, maxBytes);
    if (blob.isPresent()) {
      copy(List.of(new Blob(blob.get().id, blob.get().bytes, path)), target);
    }
  }

  private String join(String path) {
    return prefix.isEmpty() ? path : prefix + "/" + path;
  }

  private void copy(List<Blob> blobs, Path target) throws IOException, GitException {
    Process process = start(folder, List.of("cat-file", "--batch"));
    try (OutputStream requests = process.getOutputStream();
        InputStream answers = new BufferedInputStream(process.getInputStream())) {
      for (Blob blob : blobs) {
        requests.write((blob.id + "\n").getBytes(UTF_8));
        requests.flush();
        // <id> blob <size> LF <bytes> LF
        readLine(answers);
        byte[] bytes = answers.readNBytes((int) blob.bytes);
        if (bytes.length != blob.bytes || answers.read() != '\n') {
          throw new EOFException("git ended before " + blob.path);
        }
        Path file = target.resolve(blob.path).normalize();
        if (!file.startsWith(target)) {
          throw new GitException(
              "the revision holds a file that leads out of its folder: " + blob.path);
        }
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
      }
    } finally {
      process.destroy();
    }
  }

  private static void readLine(InputStream in) throws IOException {
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("git ended early");
      }
    }
  }

  private static Answer git(Path folder, String... arguments) throws IOException, GitException {
    Process process = start(folder, List.of(arguments));
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    try {
      return new Answer(process.waitFor(), output);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while git ran", e);
    }
  }

  private static Process start(Path folder, List<String> arguments) throws GitException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command)
          .directory(folder.toAbsolutePath().toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new GitException(
          "git cannot be started. Install it, or name a folder with --base instead of a revision.");
    }
  }

  private record Answer(int exitCode, byte[] output) {
    String text() {
      return new String(output, UTF_8);
    }
  }

  /** A file of a tree. Links and submodules are none. */
  private record Blob(String id, long bytes, String path) {
    /** One that is read as a contract. */
    static Optional<Blob> parse(String line) {
      return ofFile(line, MAX_BYTES)
          .filter(blob -> blob.path.endsWith(".yaml"))
          .filter(blob -> !blob.path.startsWith(".") && !blob.path.contains("/."));
    }

    static Optional<Blob> ofFile(String line, long maxBytes) {
      int tab = line.indexOf('\t');
      if (tab < 0) {
        return Optional.empty();
      }
      String[] columns = line.substring(0, tab).split(" +");
      if (columns.length != 4 || !columns[0].startsWith("100")) {
        return Optional.empty();
      }
      long bytes = Long.parseLong(columns[3]);
      return bytes > maxBytes
          ? Optional.empty()
          : Optional.of(new Blob(columns[2], bytes, line.substring(tab + 1).strip()));
    }
  }
}
