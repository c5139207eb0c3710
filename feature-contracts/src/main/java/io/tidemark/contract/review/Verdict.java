package io.tidemark.contract.review;

import io.tidemark.contract.SemanticVersion;

/**
 * Whether the version of a changed contract moved far enough.
 *
 * @param kind such as {@code feature contract}
 * @param needed the part that has to move; {@link Bump#NONE} where nothing changed
 * @param right the lowest version that says what changed
 */
public record Verdict(
    String kind,
    String name,
    SemanticVersion before,
    SemanticVersion after,
    Bump needed,
    SemanticVersion right) {

  public boolean isRight() {
    return after.compareTo(right) >= 0 && Bump.between(before, after).compareTo(needed) >= 0;
  }
}
