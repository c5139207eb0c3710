package io.tidemark.jobs.score;

import java.util.Locale;

/** Why a model is not used. */
enum Refusal {
  /** There is no such file, or it cannot be read. */
  MISSING,
  /** It is no ONNX model, or none that ONNX Runtime can run. */
  CORRUPT,
  /** It is another file than the contract's. */
  CHECKSUM,
  /** Some of its weights lie in other files. */
  EXTERNAL_DATA,
  /** It is larger than a model may be, or than what there is room for. */
  OVERSIZED,
  /** Its inputs or outputs are not the contract's. */
  MISMATCH,
  /** It gives other scores on the golden rows than it should. */
  GOLDEN_ROWS;

  /** The value of a metric label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
