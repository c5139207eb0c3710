package io.tidemark.contract;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import io.tidemark.contract.FeatureDefinition.Windowed;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks that what is aggregated, the filter and the declared type fit the aggregate. */
final class AggregateTypes {
  private final Problems problems;

  AggregateTypes(Problems problems) {
    this.problems = problems;
  }

  /**
   * Whether a feature is declared as what its aggregate gives, as far as the event plays no part.
   */
  void checkAnswer(FeatureType type, @Nullable Windowed definition, YamlNode feature) {
    if (definition instanceof WindowedRatio
        && !type.equals(new FeatureType(FieldType.DOUBLE, false))) {
      problems.add(feature.at("type"), "a ratio gives double", "Write `type: double`.");
    } else if (definition instanceof WindowedAggregate windowed) {
      AggregateKind kind = windowed.aggregate().kind();
      List<FeatureType> allowed =
          answers(kind).stream().map(element -> new FeatureType(element, kind.isArray())).toList();
      if (!allowed.contains(type)) {
        FeatureType same = new FeatureType(type.element(), kind.isArray());
        problems.add(
            feature.at("type"),
            "`aggregate: "
                + kind.yamlName()
                + "` gives "
                + (kind.isArray() ? "an array, " : "")
                + anyOf(allowed),
            "Write `type: " + (allowed.contains(same) ? same : allowed.get(0)).quoted() + "`.");
      }
    }
  }

  /** {@code a}, {@code a or b}, {@code a, b or c}. */
  private static String anyOf(List<FeatureType> types) {
    List<String> names = types.stream().map(FeatureType::yamlName).toList();
    int last = names.size() - 1;
    return last == 0
        ? names.get(0)
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** The types of number an answer can be declared as, the most natural first. */
  private static List<FieldType> answers(AggregateKind kind) {
    return switch (kind) {
      case COUNT -> List.of(FieldType.INT, FieldType.LONG);
      case HISTOGRAM -> List.of(FieldType.LONG, FieldType.INT);
      case DISTINCT -> List.of(FieldType.INT, FieldType.LONG, FieldType.DOUBLE);
      case SUM -> List.of(FieldType.DOUBLE, FieldType.LONG);
      case MIN, MAX, FIRST, LAST, FIRST_K, LAST_K, TOP_K, RANK_QUANTILE ->
          List.of(FieldType.DOUBLE, FieldType.LONG, FieldType.INT);
      case AVG,
          VARIANCE,
          STDDEV,
          SKEWNESS,
          KURTOSIS,
          ENTROPY,
          QUANTILE,
          TIME_SINCE_LAST,
          DECAYED_SUM,
          DECAYED_RATE ->
          List.of(FieldType.DOUBLE);
    };
  }

  /** Checks a feature against the events that it is over. */
  void checkEvent(Feature feature, Windowed definition, YamlNode node, Draft<EventContract> event) {
    if (definition instanceof WindowedRatio ratio) {
      check(ratio.numerator(), node.at("numerator"), event);
      check(ratio.denominator(), node.at("denominator"), event);
    } else if (definition instanceof WindowedAggregate windowed) {
      check(windowed.aggregate(), node, event)
          .ifPresent(type -> checkValue(feature, windowed.aggregate(), type, node));
    }
  }

  /** The type of what is aggregated, where the aggregate takes it. */
  private Optional<FieldType> check(
      Aggregate aggregate, YamlNode node, Draft<EventContract> event) {
    if (aggregate.where() != null && event.broken().isEmpty()) {
      checkFilter(aggregate.where(), node.at("where"), event.contract());
    }
    ValueExpression of = aggregate.of();
    if (of == null || !(node.at("of") instanceof Scalar scalar)) {
      return Optional.empty();
    }
    Optional<FieldType> type =
        of instanceof ValueExpression.Field
            ? EventFields.named(scalar, event, problems).map(EventField::type)
            : expressionType(of.text(), scalar, event);
    return type.filter(found -> takes(aggregate.kind(), found, of, scalar));
  }

  private void checkFilter(String filter, YamlNode node, EventContract event) {
    try {
      Expressions.compile(event, FieldType.BOOLEAN, filter);
    } catch (CelValidationException e) {
      ExpressionProblems.ofFilter(node, event, problems).add(e.getErrors());
    }
  }

  private Optional<FieldType> expressionType(
      String expression, Scalar node, Draft<EventContract> event) {
    if (!event.broken().isEmpty()) {
      return Optional.empty();
    }
    try {
      CelAbstractSyntaxTree tree = Expressions.compile(event.contract(), expression);
      Optional<FieldType> type = Expressions.resultType(tree);
      if (type.isEmpty()) {
        problems.add(
            node,
            "this expression gives "
                + ExpressionProblems.yamlType(tree.getResultType().name())
                + ", which no aggregate takes",
            "Write an expression that gives a number, such as `amount * 2.0`, or a text.");
      }
      return type;
    } catch (CelValidationException e) {
      ExpressionProblems.ofValue(node, event.contract(), problems).add(e.getErrors());
      return Optional.empty();
    }
  }

  private boolean takes(AggregateKind kind, FieldType type, ValueExpression of, Scalar node) {
    boolean takes =
        switch (kind.operand()) {
          case ANYTHING -> true;
          case NUMBER, NUMBER_OR_EVENTS -> type.isNumeric();
          case NUMBER_OR_TEXT -> type.isNumeric() || type == FieldType.STRING;
        };
    if (!takes) {
      problems.add(
          node,
          (of instanceof ValueExpression.Field ? "this field is " : "this expression gives ")
              + type.yamlName()
              + ", `aggregate: "
              + kind.yamlName()
              + "` is over numbers"
              + (kind.operand() == AggregateKind.Operand.NUMBER_OR_TEXT ? " or texts" : ""),
          remedy(kind, type, of));
    }
    return takes;
  }

  private static String remedy(AggregateKind kind, FieldType type, ValueExpression of) {
    return switch (type) {
      case BOOLEAN ->
          of instanceof ValueExpression.Field
              ? "Make a number of it with `of: \""
                  + of.text()
                  + " ? 1 : 0\"`, or count with `where: "
                  + of.text()
                  + "`."
              : "Append `? 1 : 0`, or count with it as `where`.";
      case STRING ->
          kind == AggregateKind.TOP_K
              ? "Name a number: the answer would be texts, which no tensor holds. Over texts there"
                  + " are count, distinct and entropy."
              : "Name a number; over texts there are count, distinct and entropy.";
      case TIMESTAMP ->
          "Seconds since the last event are `aggregate: time_since_last`; seconds since 1970 are `of:"
              + " \"int("
              + of.text()
              + ")\"`.";
      case INT, LONG, DOUBLE -> throw new IllegalStateException("Every aggregate takes numbers");
    };
  }

  /** Whether the answer, where it is one of the values or their sum, fits the feature's type. */
  private void checkValue(Feature feature, Aggregate aggregate, FieldType type, YamlNode node) {
    AggregateKind kind = aggregate.kind();
    boolean ofValues =
        switch (kind) {
          case SUM, MIN, MAX, FIRST, LAST, FIRST_K, LAST_K, TOP_K, RANK_QUANTILE -> true;
          case COUNT,
              AVG,
              VARIANCE,
              STDDEV,
              SKEWNESS,
              KURTOSIS,
              DISTINCT,
              ENTROPY,
              QUANTILE,
              HISTOGRAM,
              TIME_SINCE_LAST,
              DECAYED_SUM,
              DECAYED_RATE ->
              false;
        };
    if (!ofValues || feature.type() == FieldType.DOUBLE) {
      return;
    }
    boolean field = aggregate.of() instanceof ValueExpression.Field;
    if (type == FieldType.DOUBLE) {
      refuseAnswer(kind, FieldType.DOUBLE, node);
    } else if (field && type == FieldType.LONG && feature.type() == FieldType.INT) {
      refuseAnswer(kind, FieldType.LONG, node);
    }
  }

  private void refuseAnswer(AggregateKind kind, FieldType values, YamlNode node) {
    FeatureType answer = new FeatureType(values, kind.isArray());
    problems.add(
        node.at("type"),
        "`aggregate: "
            + kind.yamlName()
            + "` of "
            + values.yamlName()
            + "s gives "
            + answer.yamlName(),
        "Write `type: " + answer.quoted() + "`.");
  }
}
