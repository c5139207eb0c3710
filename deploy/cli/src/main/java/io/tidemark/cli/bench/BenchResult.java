package io.tidemark.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** What a benchmark found. */
public interface BenchResult {
  /** For machines. */
  void writeJson(Writer out) throws IOException;

  /** For people: a table. */
  void print(PrintWriter out);
}
