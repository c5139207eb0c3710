package io.tidemark.contract;

/** How a field that identifies a person is treated where it leaves the stream it belongs to. */
public enum Pii {
  /** Replaced by a fixed mark. */
  MASK,
  /**
   * Replaced by a keyed digest, so that equal values stay comparable; masked where no key is set.
   */
  HMAC
}
