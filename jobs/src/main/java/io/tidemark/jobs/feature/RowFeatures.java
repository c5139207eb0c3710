package io.tidemark.jobs.feature;

import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.function.RowExpression;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Fills the columns that need nothing but the trigger itself: its fields, and expressions over
 * them.
 */
public final class RowFeatures implements MapFunction<FeatureVector, FeatureVector> {
  private static final long serialVersionUID = 1L;

  private final List<Field> fields;
  private final List<Expression> expressions;
  private final EventSchema schema;
  private final EventRow row;

  /**
   * @param contracts the feature contracts that the columns name
   */
  public RowFeatures(VectorColumns columns, List<FeatureContract> contracts, EventSchema schema) {
    List<Field> handedThrough = new ArrayList<>();
    List<Expression> computed = new ArrayList<>();
    for (int field = 0; field < schema.fields().size(); field++) {
      FeatureColumn column =
          FeatureColumn.ofTriggerField(columns, schema.fields().get(field).name());
      if (column.isUsed()) {
        handedThrough.add(new Field(field, column));
      }
    }
    for (FeatureContract contract : contracts) {
      for (Feature feature : contract.features()) {
        FeatureColumn column = FeatureColumn.of(columns, contract.metadata().name(), feature);
        if (!column.isUsed()) {
          continue;
        }
        if (feature.definition() instanceof FeatureDefinition.PassThrough handed) {
          handedThrough.add(new Field(schema.fieldIndex(handed.field()), column));
        } else if (feature.definition() instanceof FeatureDefinition.RowExpression) {
          computed.add(new Expression(new RowExpression(schema.contract(), feature), column));
        }
      }
    }
    this.fields = List.copyOf(handedThrough);
    this.expressions = List.copyOf(computed);
    this.schema = schema;
    this.row = new EventRow(schema);
  }

  @Override
  public FeatureVector map(FeatureVector vector) {
    Event event = vector.trigger();
    for (Field field : fields) {
      if (schema.isText(field.index)) {
        field.column.markText(vector, !EventFields.isNull(schema, field.index, event));
      } else {
        field.column.put(vector, EventFields.number(schema, field.index, event), FeatureStatus.OK);
      }
    }
    row.read(event);
    for (Expression expression : expressions) {
      expression.column.put(vector, expression.program.evaluate(row), FeatureStatus.OK);
    }
    return vector;
  }

  private record Field(int index, FeatureColumn column) implements Serializable {}

  private record Expression(RowExpression program, FeatureColumn column) implements Serializable {}
}
