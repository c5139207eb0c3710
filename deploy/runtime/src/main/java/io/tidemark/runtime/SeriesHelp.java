package io.tidemark.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What each of our series means: the texts of {@code series-help.properties}. */
final class SeriesHelp {
  private static final String FILE = "series-help.properties";
  private static final Properties TEXTS = read();

  private SeriesHelp() {}

  private static Properties read() {
    Properties texts = new Properties();
    try (InputStream file = SeriesHelp.class.getResourceAsStream(FILE)) {
      texts.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  /** The name itself where there is no text. */
  static String of(String name) {
    return TEXTS.getProperty(name, name);
  }
}
