package io.tidemark.contract;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where the score is found in the model's outputs: {@code tensor[index]}, or {@code tensor[label]}
 * in one that maps the labels of classes to their probabilities.
 *
 * @param index column of an output of shape [rows, n]; 0 for an output of shape [rows] or [rows,
 *     1]. In a map with whole numbers for labels, the label itself.
 * @param label the label of a class where it is text, else null
 */
public record ScoreOutput(String tensor, int index, @Nullable String label)
    implements Serializable {

  /** A column, or a class whose label is a number. */
  public ScoreOutput(String tensor, int index) {
    this(tensor, index, null);
  }

  @Override
  public String toString() {
    return tensor + "[" + (label == null ? index : label) + "]";
  }
}
