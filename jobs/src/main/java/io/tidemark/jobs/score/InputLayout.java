package io.tidemark.jobs.score;

import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.VectorColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where each input of a model is found in a job's vectors: its own columns, in whatever order, or
 * for an input of text the fields of the trigger.
 */
public final class InputLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * One input tensor.
   *
   * @param places columns of the vector, or slots of text in its trigger
   */
  record Input(String tensor, TensorType type, int[] places, long[] rowShape)
      implements Serializable {}

  private final List<Input> inputs;

  private InputLayout(List<Input> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /**
   * @param schema of the trigger; null where no input is of text
   * @throws IllegalArgumentException if the vectors lack a feature of the model
   */
  public static InputLayout of(
      ModelContract contract, VectorColumns columns, @Nullable EventSchema schema) {
    return of(contract.inputs(), columns, schema);
  }

  static InputLayout of(
      List<TensorInput> tensors, VectorColumns columns, @Nullable EventSchema schema) {
    List<Input> inputs = new ArrayList<>();
    for (TensorInput input : tensors) {
      int[] places =
          input.features().stream()
              .mapToInt(
                  feature ->
                      input.type() == TensorType.STRING
                          ? slot(feature, schema)
                          : column(feature, columns))
              .toArray();
      inputs.add(new Input(input.tensor(), input.type(), places, input.rowShape()));
    }
    return new InputLayout(inputs);
  }

  /** For rows whose columns are the contract's features in order; text has its position too. */
  static InputLayout ofItself(ModelContract contract) {
    List<Input> inputs = new ArrayList<>();
    int first = 0;
    for (TensorInput input : contract.inputs()) {
      int[] places = IntStream.range(first, first + input.features().size()).toArray();
      inputs.add(new Input(input.tensor(), input.type(), places, input.rowShape()));
      first += places.length;
    }
    return new InputLayout(inputs);
  }

  private static int column(FeatureRef feature, VectorColumns columns) {
    int[] positions = columns.positions(feature);
    if (positions.length == 0) {
      throw new IllegalArgumentException("The job's vectors have no column " + feature);
    }
    return positions[0];
  }

  private static int slot(FeatureRef feature, @Nullable EventSchema schema) {
    if (schema == null) {
      throw new IllegalArgumentException("The trigger's fields are not known, for " + feature);
    }
    return schema.slot(schema.fieldIndex(feature.name()));
  }

  List<Input> inputs() {
    return inputs;
  }
}
