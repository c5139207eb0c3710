package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told, in one line, before any broker is asked: there is none. */
class UnusableHistoryTest {
  private static final List<String> SCORING =
      List.of("--model", "card_fraud", "--bootstrap-servers", "localhost:1");
  private static final List<String> FEATURES = List.of("--bootstrap-servers", "localhost:1");

  @TempDir Path folder;

  @Test
  void fileInTheWayIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    refused(SCORING, file.toString(), ": file:" + file + " is a file, and not a folder. ");
    refused(FEATURES, file + "/below", ": file:" + file + " is a file, and not a folder. ");
  }

  @Test
  void fileInTheWayOfATableIsNamed() throws Exception {
    Path kind = Files.writeString(folder.resolve("entities"), "");
    Path log = folder.resolve("scores/card_fraud/_delta_log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "");

    refused(FEATURES, folder.toString(), ": file:" + kind + " is a file, and not a folder. ");
    refused(SCORING, folder.toString(), ": file:" + log + " is a file, and not a folder. ");
  }

  @Test
  void folderWithoutPermissionIsNamed() throws Exception {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    assertThat(locked.toFile().setWritable(false)).isTrue();
    assumeFalse(Files.isWritable(locked), "root may write anywhere");

    String user = " may not be written to by this user. ";
    refused(SCORING, locked.toString(), ": file:" + locked + "/" + user);
    refused(FEATURES, locked.resolve("new/one").toUri().toString(), ": file:" + locked + user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere://a/b", "s3a://bucket/history"})
  void fileSystemThatIsNotThereIsToldWithTheRemedy(String uri) {
    refused(SCORING, uri, " cannot be reached: ");
    refused(FEATURES, uri, "that Hadoop's module for this file system lies in Flink's lib/");
  }

  @Test
  void uriWithASpaceIsToldHowToWriteIt() {
    refused(
        SCORING,
        "file:///a folder",
        " is no URI: Illegal character in path at index 9. Write special characters as in"
            + " file:///a%20b");
  }

  @Test
  void tablesWithoutAFolderAreRefused() {
    assertThatThrownBy(() -> ScoringJob.main(arguments(SCORING, "--history-tables", "scores")))
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessage(
            "--history-tables says what to keep, but not where. Name a folder with --history");
  }

  private static void refused(List<String> job, String uri, String message) {
    String[] arguments = arguments(job, "--history", uri);
    assertThatThrownBy(
            () -> {
              if (job == SCORING) {
                ScoringJob.main(arguments);
              } else {
                FeatureJob.main(arguments);
              }
            })
        .isInstanceOf(ProgramParametrizationException.class)
        .hasMessageStartingWith("--history ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static String[] arguments(List<String> job, String... more) {
    return Stream.concat(job.stream(), Stream.of(more)).toArray(String[]::new);
  }
}
