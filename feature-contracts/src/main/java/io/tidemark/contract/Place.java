package io.tidemark.contract;

/** Where something stands in a file; line and column count from 1. */
record Place(String file, int line, int column) {

  static Place start(String file) {
    return new Place(file, 1, 1);
  }
}
