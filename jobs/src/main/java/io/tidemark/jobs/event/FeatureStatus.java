package io.tidemark.jobs.event;

/**
 * How far a feature's value can be trusted, from best to worst; the worst reason wins. The code is
 * what is persisted.
 */
public enum FeatureStatus {
  OK(0),
  /** The window reaches back further than the job has seen. */
  WARMING(1),
  /** The feature's source lags the trigger by more than its declared freshness. */
  STALE(2),
  /** Nothing to compute the value from; it is the feature's default. */
  MISSING(3),
  /** The value fails the feature's {@code check}. */
  INVALID(4);

  private static final FeatureStatus[] BY_CODE = values();

  private final byte code;

  FeatureStatus(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }

  /**
   * @throws IllegalArgumentException for a code that no released version has written
   */
  public static FeatureStatus ofCode(byte code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("Unknown feature status code " + code);
    }
    return BY_CODE[code];
  }
}
