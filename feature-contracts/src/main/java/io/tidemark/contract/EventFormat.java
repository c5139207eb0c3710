package io.tidemark.contract;

/** How the bytes of an event on its topic are written. Files of events are CSV whatever this is. */
public enum EventFormat {
  JSON
}
