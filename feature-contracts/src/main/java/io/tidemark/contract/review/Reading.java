package io.tidemark.contract.review;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.Windowed;

/** Whether a feature reads a field of its event. */
final class Reading {
  private Reading() {}

  static boolean of(Feature feature, String field) {
    FeatureDefinition definition = feature.definition();
    if (definition instanceof PassThrough passThrough) {
      return passThrough.field().equals(field);
    }
    if (definition instanceof RowExpression row) {
      return names(row.expression(), field);
    }
    return ((Windowed) definition)
        .aggregates().stream().anyMatch(aggregate -> of(aggregate, field));
  }

  private static boolean of(Aggregate aggregate, String field) {
    return (aggregate.of() != null && names(aggregate.of().text(), field))
        || (aggregate.where() != null && names(aggregate.where(), field));
  }

  /**
   * Also where the name stands in a text of the expression: one finding too many is better than one
   * too few.
   */
  static boolean names(String expression, String field) {
    for (int at = expression.indexOf(field); at >= 0; at = expression.indexOf(field, at + 1)) {
      int end = at + field.length();
      if ((at == 0 || !isWord(expression.charAt(at - 1)))
          && (end == expression.length() || !isWord(expression.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
