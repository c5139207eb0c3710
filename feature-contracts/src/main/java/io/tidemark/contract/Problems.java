package io.tidemark.contract;

import java.util.ArrayList;
import java.util.List;

/** Gathers problems while reading goes on, so that one run reports all of them. */
final class Problems {
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
    found.add(new Problem(place.file(), place.line(), place.column(), path, value, reason, remedy));
  }

  /** A file or folder as a whole. */
  void addFile(String file, String reason, String remedy) {
    found.add(new Problem(file, 1, 1, "", "", reason, remedy));
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
}
