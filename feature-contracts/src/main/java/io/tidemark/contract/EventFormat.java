package io.tidemark.contract;

/** How the bytes of an event on its topic are written. Files are told by their own ending. */
public enum EventFormat {
  JSON,
  CSV
}
