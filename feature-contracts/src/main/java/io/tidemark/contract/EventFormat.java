package io.tidemark.contract;

/** How the bytes of an event on its topic are written. Files of events say it by their names. */
public enum EventFormat {
  JSON
}
