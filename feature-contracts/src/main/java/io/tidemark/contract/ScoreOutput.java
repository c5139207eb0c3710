package io.tidemark.contract;

import java.io.Serializable;

/**
 * Where the score is found in the model's outputs, {@code tensor[index]}.
 *
 * @param index column of an output of shape [rows, n]; 0 for an output of shape [rows] or [rows, 1]
 */
public record ScoreOutput(String tensor, int index) implements Serializable {
  @Override
  public String toString() {
    return tensor + "[" + index + "]";
  }
}
