package io.tidemark.jobs.event;

/** What a distribution is of. The code is what is persisted, the label what metrics show. */
public enum DriftKind {
  FEATURE(1, "feature"),
  SCORE(2, "score");

  private final byte code;
  private final String label;

  DriftKind(int code, String label) {
    this.code = (byte) code;
    this.label = label;
  }

  public byte code() {
    return code;
  }

  public String label() {
    return label;
  }

  /**
   * @throws IllegalArgumentException for a code that no released version has written
   */
  public static DriftKind ofCode(byte code) {
    return switch (code) {
      case 1 -> FEATURE;
      case 2 -> SCORE;
      default -> throw new IllegalArgumentException("Unknown kind of distribution, code " + code);
    };
  }
}
