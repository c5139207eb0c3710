package io.tidemark.contract;

/** What a model does with a trigger one of whose features is missing. */
public enum MissingPolicy {
  /** Scores it with the features' defaults. */
  DEFAULT,
  /** Answers with a rejected score that names the feature. */
  REJECT
}
