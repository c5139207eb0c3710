package io.tidemark.contract;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a feature is declared to be: a value, or an array of numbers. */
record FeatureType(FieldType element, boolean array) {
  private static final List<FeatureType> ALL =
      Stream.concat(
              Stream.of(FieldType.values()).map(type -> new FeatureType(type, false)),
              Stream.of(FieldType.values())
                  .filter(FieldType::isNumeric)
                  .map(type -> new FeatureType(type, true)))
          .toList();

  static List<String> names() {
    return ALL.stream().map(FeatureType::yamlName).toList();
  }

  static Optional<FeatureType> named(String name) {
    return ALL.stream().filter(type -> type.yamlName().equals(name)).findFirst();
  }

  /** As it must be written anywhere, also inside of { }. */
  String quoted() {
    return array ? "\"" + yamlName() + "\"" : yamlName();
  }

  String yamlName() {
    return element.yamlName() + (array ? "[]" : "");
  }
}
