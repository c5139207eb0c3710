package io.tidemark.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * Gathers problems while reading goes on, so that one run reports all of them; up to a number that
 * only an attack or a wrong folder reaches.
 */
final class Problems {
  static final int MAX = 1_000;

  private final List<Problem> found = new ArrayList<>();

  void add(YamlNode node, String reason, String remedy) {
    add(node.place(), node.path(), node.quoted(), reason, remedy);
  }

  /** Something is absent: there is a place where it belongs, but no value. */
  void addMissing(YamlNode owner, String key, String reason, String remedy) {
    String path = owner.path().isEmpty() ? key : owner.path() + "." + key;
    add(owner.place(), path, "", reason, remedy);
  }

  void add(Place place, String path, String value, String reason, String remedy) {
    if (found.size() == MAX) {
      throw new TooMany();
    }
    found.add(new Problem(place.file(), place.line(), place.column(), path, value, reason, remedy));
  }

  /** A file or folder as a whole. */
  void addFile(String file, String reason, String remedy) {
    add(Place.start(file), "", "", reason, remedy);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int count() {
    return found.size();
  }

  List<Problem> sorted() {
    return found.stream().sorted().distinct().toList();
  }

  /** Ends a reading that would report more than {@link #MAX} problems. */
  static final class TooMany extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooMany() {
      super("More than " + MAX + " problems", null, false, false);
    }
  }
}
