package io.tidemark.jobs.event;

/**
 * What a trigger got: the score, who gave it, and the vector it was given on.
 *
 * @param value in the model's own range; the contract's fallback where {@code outcome} is degraded;
 *     NaN where it is rejected
 * @param modelVersion version of the model contract that answered
 */
public record Score(FeatureVector vector, double value, String modelVersion, Outcome outcome) {

  /** How a score came about. The code is what is persisted. */
  public enum Outcome {
    SCORED(0, false),
    /** The deadline passed; the fallback answered. */
    TIMEOUT(1, true),
    /** Inference failed; the fallback answered. */
    INFERENCE_ERROR(2, true),
    /** A feature is missing and the model's contract says {@code missing: reject}. */
    REJECTED_MISSING(3, false);

    private static final Outcome[] BY_CODE = values();

    private final byte code;
    private final boolean degraded;

    Outcome(int code, boolean degraded) {
      this.code = (byte) code;
      this.degraded = degraded;
    }

    public byte code() {
      return code;
    }

    /** Whether the fallback stands in for the model. */
    public boolean isDegraded() {
      return degraded;
    }

    /**
     * @throws IllegalArgumentException for a code that no released version has written
     */
    public static Outcome ofCode(byte code) {
      if (code < 0 || code >= BY_CODE.length) {
        throw new IllegalArgumentException("Unknown score outcome code " + code);
      }
      return BY_CODE[code];
    }
  }
}
