package io.tidemark.jobs.sink;

import java.io.Serializable;

/** How a record becomes a line of a text file. */
public interface LineFormat<T> extends Serializable {

  /** The first line of the file without its line end; empty for none. */
  String header();

  /** Appends a record without a line end. */
  void append(T record, StringBuilder line);
}
