package io.tidemark.cli.check.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of events to compare over.
 *
 * @param event name of the events' contract; null for the one whose features changed
 */
public record SampleFile(@Nullable String event, Path file) {
  /** Of each side, so that memory is bounded; the rest of a longer file is not read. */
  public static final int MAX_ROWS = 500_000;

  private static final Pattern NAMED = Pattern.compile("([a-z][a-z0-9_]*)=(.+)");

  /**
   * @param text {@code FILE} or {@code EVENT=FILE}
   * @throws IllegalArgumentException if there is no such file; the message is for the user
   */
  public static SampleFile of(String text) {
    Matcher named = NAMED.matcher(text);
    SampleFile sample =
        named.matches() && !Files.exists(Path.of(text))
            ? new SampleFile(named.group(1), Path.of(named.group(2)))
            : new SampleFile(null, Path.of(text));
    if (!Files.isRegularFile(sample.file)) {
      throw new IllegalArgumentException(
          sample.file
              + ": there is no such file. Name one of events: .csv or .jsonl, or with .gz.");
    }
    return sample;
  }

  /** As reports name it. */
  public String name() {
    return String.valueOf(file.getFileName());
  }
}
