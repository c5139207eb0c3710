package io.tidemark.contract.review;

import io.tidemark.contract.SemanticVersion;
import java.util.Locale;

/** Which part of a version has to move, or has moved; the larger the later. */
public enum Bump {
  NONE,
  PATCH,
  MINOR,
  MAJOR;

  /** The part that moved upwards; {@link #NONE} also where the version went back. */
  static Bump between(SemanticVersion before, SemanticVersion after) {
    if (after.compareTo(before) <= 0) {
      return NONE;
    }
    if (after.major() > before.major()) {
      return MAJOR;
    }
    return after.minor() > before.minor() ? MINOR : PATCH;
  }

  /** The next version after this part of it moved. */
  SemanticVersion next(SemanticVersion version) {
    return switch (this) {
      case NONE -> version;
      case PATCH -> new SemanticVersion(version.major(), version.minor(), version.patch() + 1);
      case MINOR -> new SemanticVersion(version.major(), version.minor() + 1, 0);
      case MAJOR -> new SemanticVersion(version.major() + 1, 0, 0);
    };
  }

  static Bump max(Bump one, Bump other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
