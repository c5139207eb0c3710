package io.tidemark.cli.alert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A value of a YAML or JSON document.
 *
 * @param value a map, a list, a scalar, or null for what is not there
 */
public record Yaml(@Nullable Object value) {

  public static Yaml read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  public static Yaml parse(String text) {
    return new Yaml(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  public boolean isPresent() {
    return value != null;
  }

  public Yaml get(String key) {
    return new Yaml(value instanceof Map<?, ?> map ? map.get(key) : null);
  }

  /** The items of a list; none where there is no list. */
  public Stream<Yaml> items() {
    return value instanceof List<?> list ? list.stream().map(Yaml::new) : Stream.empty();
  }

  /** The entries of a map by name; none where there is no map. */
  public Map<String, Yaml> entries() {
    Map<String, Yaml> entries = new TreeMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> entries.put(String.valueOf(key), new Yaml(item)));
    }
    return entries;
  }

  /** A scalar as text; empty for what is not there. */
  public String text() {
    return value == null ? "" : value.toString();
  }
}
