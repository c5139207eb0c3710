package io.tidemark.sql;

import java.util.Arrays;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.types.DataType;

/** Answers of several numbers. */
final class NumberArray {
  static final DataType TYPE =
      DataTypes.ARRAY(DataTypes.DOUBLE().notNull()).bridgedTo(ArrayData.class);

  private NumberArray() {}

  /** The numbers up to the first that is not defined. */
  static ArrayData present(RunningAggregate aggregate) {
    double[] numbers = new double[aggregate.width()];
    int size = 0;
    while (size < numbers.length && !Double.isNaN(aggregate.result(size))) {
      numbers[size] = aggregate.result(size);
      size++;
    }
    return new GenericArrayData(Arrays.copyOf(numbers, size));
  }
}
