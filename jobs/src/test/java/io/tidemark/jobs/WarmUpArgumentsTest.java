package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.jobs.event.EventSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class WarmUpArgumentsTest {
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-01T00:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void historyIsKnownSinceItsFirstEvent() throws Exception {
    WarmUpArguments.WarmUp warmUp =
        read("--warm-up-from", events() + "," + later(), "--warm-up-until", "2024-02-28T00:00:00Z");

    assertThat(Objects.requireNonNull(warmUp).since()).isEqualTo("2024-02-27T20:00:00Z");
    assertThat(warmUp.history().end().at()).isEqualTo("2024-02-28T00:00:00Z");
  }

  @Test
  void withoutFilesThereIsNone() throws Exception {
    assertThat(read()).isNull();
  }

  @Test
  void whatCannotBeIsRefusedWithARemedy() throws Exception {
    assertRefused("Name its files with --warm-up-from", "--warm-up-until", "2024-02-28T00:00:00Z");
    assertRefused("with --warm-up-until", "--warm-up-from", events());
    assertRefused(
        "lies in the future",
        "--warm-up-from",
        events(),
        "--warm-up-until",
        "2024-03-01T00:00:01Z");
    assertRefused(
        "begin at 2024-02-27T20:00:00Z, but --warm-up-until is 2024-02-27T20:00:00Z: nothing",
        "--warm-up-from",
        events(),
        "--warm-up-until",
        "2024-02-27T20:00:00Z");
    assertRefused(
        "absent.csv",
        "--warm-up-from",
        folder.resolve("absent.csv").toString(),
        "--warm-up-until",
        "2024-02-28T00:00:00Z");
    assertRefused(
        "No event of --warm-up-from fits the contract of purchases",
        "--warm-up-from",
        file("wrong.csv", "1,yesterday,ann,1,2.5"),
        "--warm-up-until",
        "2024-02-28T00:00:00Z");
  }

  private void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> read(arguments))
        .isInstanceOf(SubmissionRefusedException.class)
        .hasMessageContaining(message);
  }

  private static WarmUpArguments.WarmUp read(String... arguments) throws Exception {
    WarmUpArguments warmUp = new WarmUpArguments();
    new CommandLine(CommandSpec.create().addMixin("", CommandSpec.forAnnotatedObject(warmUp)))
        .parseArgs(arguments);
    return warmUp.read(SCHEMA, CLOCK, false);
  }

  private String events() throws IOException {
    return file("events.csv", "1,2024-02-27T20:00:00Z,ann,1,2.5");
  }

  private String later() throws IOException {
    return file("later.csv", "2,2024-02-27T21:00:00Z,ann,1,2.5");
  }

  private String file(String name, String row) throws IOException {
    return Files.writeString(folder.resolve(name), "id,at,user,shop,amount\n" + row + "\n")
        .toString();
  }
}
