package io.tidemark.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  @Test
  void committedFileReplacesAnOlderOne() throws Exception {
    Path file = Files.writeString(folder.resolve("out.csv"), "old");
    try (OutputFile out = OutputFile.create(file)) {
      out.writer().write("new ü\n");
      assertThat(file).hasContent("old");
      out.commit();
    }

    assertThat(file).hasContent("new ü\n");
    assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void nameDecidesOnGzip() throws Exception {
    Path file = folder.resolve("out.csv.gz");
    try (OutputFile out = OutputFile.create(file)) {
      out.writer().write("text");
      out.commit();
    }

    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("text");
    }
  }

  @Test
  void nothingIsLeftWithoutACommit() throws Exception {
    try (OutputFile out = OutputFile.create(folder.resolve("out.csv"))) {
      out.writer().write("text");
    }

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void placeThatTakesNoFileIsTold() throws Exception {
    Path missing = folder.resolve("missing/out.csv");
    assertThatThrownBy(() -> OutputFile.create(missing))
        .isInstanceOf(IOException.class)
        .hasMessage(missing + " cannot be written: its folder takes no files. Name another place.");

    Path inFile = Files.writeString(folder.resolve("file"), "").resolve("out.csv");
    assertThatThrownBy(() -> OutputFile.create(inFile))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(inFile + " cannot be written: ")
        .hasMessageNotContainingAny(".part", "null");
  }
}
