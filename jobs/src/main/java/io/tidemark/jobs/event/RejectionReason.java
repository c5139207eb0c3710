package io.tidemark.jobs.event;

import java.util.Locale;

/** Why a record was not accepted: a bounded set, so that it can label a metric. */
public enum RejectionReason {
  /** The record has no value at all. */
  NULL_VALUE(1),
  /** The value has no bytes, or only white space. */
  EMPTY(2),
  /** Larger than an event, or than an id, may be. */
  TOO_LARGE(3),
  /** Not well-formed JSON or CSV, or not UTF-8. */
  MALFORMED(4),
  /** Well-formed JSON, but no object. */
  NOT_AN_OBJECT(5),
  /** One field stands twice. */
  DUPLICATE_FIELD(6),
  /** A required field is absent, null or empty. */
  MISSING_FIELD(7),
  /** A field's value is of another type than the contract says. */
  WRONG_TYPE(8),
  /** A number that is NaN or infinite. */
  NOT_FINITE(9),
  /** A number outside of the bounds of its type or of the contract. */
  OUT_OF_RANGE(10),
  /** An event time before the contract's {@code min}. */
  TIME_TOO_EARLY(11),
  /** An event time further ahead of the clock than the contract's {@code maxAhead}. */
  TIME_TOO_FAR_AHEAD(12),
  /** An event with this id was accepted before. */
  DUPLICATE_ID(13);

  private static final RejectionReason[] BY_ORDER = values();

  private final byte code;

  RejectionReason(int code) {
    this.code = (byte) code;
  }

  /** What is persisted. */
  public byte code() {
    return code;
  }

  /** What headers and metric labels say: lower case with underscores. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for a code that no released version has written
   */
  public static RejectionReason ofCode(byte code) {
    for (RejectionReason reason : BY_ORDER) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("Unknown rejection reason code " + code);
  }
}
