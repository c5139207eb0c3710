package io.tidemark.contract;

import java.util.List;
import java.util.Optional;

/** A piece of a YAML document that knows where it stands. */
sealed interface YamlNode {

  Place place();

  /** Place inside the document, such as {@code features.nb_tx_7d.window}; empty for the root. */
  String path();

  /** What a problem quotes: the value as written, shortened. */
  String quoted();

  /** What a scalar is by the JSON schema of YAML 1.2: {@code no} is a string, so is {@code 010}. */
  enum Kind {
    STRING,
    INTEGER,
    FLOAT,
    BOOLEAN,
    NULL
  }

  /**
   * @param text as written, without quotes
   * @param textPlace where the first character of {@code text} stands, or empty where the text is
   *     not written on one line and columns inside it cannot be told
   */
  record Scalar(Place place, String path, String text, Kind kind, Optional<Place> textPlace)
      implements YamlNode {
    private static final int LONGEST_QUOTE = 60;

    @Override
    public String quoted() {
      return kind == Kind.NULL ? "nothing" : quote(text);
    }

    /** {@code text} on one line, without control characters, shortened. */
    static String quote(String text) {
      StringBuilder quote = new StringBuilder();
      text.codePoints()
          .limit(LONGEST_QUOTE)
          .forEach(c -> quote.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
      return quote.length() < text.length() ? quote + "…" : quote.toString();
    }
  }

  record Sequence(Place place, String path, List<YamlNode> items) implements YamlNode {

    /** The item at an index from 0, or the one that is this text. */
    Optional<YamlNode> item(String step) {
      if (step.chars().allMatch(c -> c >= '0' && c <= '9')) {
        int index = Integer.parseInt(step);
        return index < items.size() ? Optional.of(items.get(index)) : Optional.empty();
      }
      return items.stream()
          .filter(item -> item instanceof Scalar scalar && scalar.text().equals(step))
          .findFirst();
    }

    @Override
    public String quoted() {
      return items.isEmpty() ? "[]" : "a list";
    }
  }

  record Mapping(Place place, String path, List<Entry> entries) implements YamlNode {

    Optional<Entry> entry(String key) {
      return entries.stream().filter(entry -> entry.key().text().equals(key)).findFirst();
    }

    Optional<YamlNode> get(String key) {
      return entry(key).map(Entry::value);
    }

    @Override
    public String quoted() {
      return entries.isEmpty() ? "{}" : "a mapping";
    }
  }

  record Entry(Scalar key, YamlNode value) {}

  /**
   * The node reached from here by mapping keys, or the deepest one on the way that exists: what a
   * default concerns is reported where it would have been written.
   */
  default YamlNode at(String... keys) {
    YamlNode node = this;
    for (String key : keys) {
      Optional<YamlNode> next =
          node instanceof Mapping mapping ? mapping.get(key) : Optional.empty();
      if (next.isEmpty()) {
        return node;
      }
      node = next.get();
    }
    return node;
  }

  /** Where {@link #at} leads: the value if it is a scalar, else its key; steps into lists too. */
  default Place find(String... path) {
    YamlNode node = this;
    Place place = place();
    for (String step : path) {
      Optional<Entry> entry =
          node instanceof Mapping mapping ? mapping.entry(step) : Optional.empty();
      if (entry.isPresent()) {
        node = entry.get().value();
        place = node instanceof Scalar ? node.place() : entry.get().key().place();
      } else if (node instanceof Sequence list && list.item(step).isPresent()) {
        node = list.item(step).orElseThrow();
        place = node.place();
      } else {
        return place;
      }
    }
    return place;
  }
}
