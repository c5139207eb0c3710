package io.tidemark.contract;

/** Where something stands in a file; line and column count from 1. */
public record Place(String file, int line, int column) {

  /** The place of a file as a whole. */
  public static Place start(String file) {
    return new Place(file, 1, 1);
  }
}
