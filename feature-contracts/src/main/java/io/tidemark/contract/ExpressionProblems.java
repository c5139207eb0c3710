package io.tidemark.contract;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns what the CEL compiler says into problems at their place in the file, with a remedy. */
final class ExpressionProblems {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
  private static final Pattern OVERLOAD =
      Pattern.compile("found no matching overload for '([^']*)' applied to '([^']*)'.*");
  private static final Pattern RESULT =
      Pattern.compile("expected type '([^']*)' but found '([^']*)'");
  private static final Pattern SYNTAX =
      Pattern.compile("(?:mismatched|extraneous) input '(.*?)' expecting .*");

  private final YamlNode expression;
  private final EventContract event;
  private final Purpose purpose;
  private final FieldType type;
  private final Problems problems;

  /** What an expression stands for. */
  private enum Purpose {
    FEATURE("amount > 220.0 ? 1 : 0"),
    FILTER("amount > 220.0"),
    VALUE("amount * 2.0");

    private final String example;

    Purpose(String example) {
      this.example = example;
    }
  }

  private ExpressionProblems(
      YamlNode expression,
      EventContract event,
      Purpose purpose,
      FieldType type,
      Problems problems) {
    this.expression = expression;
    this.event = event;
    this.purpose = purpose;
    this.type = type;
    this.problems = problems;
  }

  /** Of an expression that is a feature of this type. */
  static ExpressionProblems ofFeature(
      YamlNode expression, EventContract event, FieldType type, Problems problems) {
    return new ExpressionProblems(expression, event, Purpose.FEATURE, type, problems);
  }

  /** Of an expression that gives true or false. */
  static ExpressionProblems ofFilter(YamlNode expression, EventContract event, Problems problems) {
    return new ExpressionProblems(expression, event, Purpose.FILTER, FieldType.BOOLEAN, problems);
  }

  /** Of an expression whose value is aggregated. */
  static ExpressionProblems ofValue(YamlNode expression, EventContract event, Problems problems) {
    return new ExpressionProblems(expression, event, Purpose.VALUE, FieldType.DOUBLE, problems);
  }

  /** Adds the issues; of syntax errors only the first, for the others follow from it. */
  void add(List<CelIssue> issues) {
    Predicate<CelIssue> isSyntax = issue -> SYNTAX.matcher(issue.getMessage()).matches();
    List<CelIssue> worth =
        issues.stream().filter(isSyntax).findFirst().map(List::of).orElse(issues);
    Set<String> seen = new HashSet<>();
    worth.stream().filter(issue -> seen.add(issue.getMessage())).forEach(this::add);
  }

  private void add(CelIssue issue) {
    String message = issue.getMessage().lines().findFirst().orElse("");
    Matcher undeclared = UNDECLARED.matcher(message);
    Matcher overload = OVERLOAD.matcher(message);
    Matcher result = RESULT.matcher(message);
    Matcher syntax = SYNTAX.matcher(message);
    if (undeclared.matches()) {
      add(
          issue,
          "there is no field or function `" + undeclared.group(1) + "`",
          nearestField(undeclared.group(1)));
    } else if (overload.matches()) {
      add(
          issue,
          mismatch(overload.group(1), types(overload.group(2))),
          "int and double do not mix: write `2.0` instead of `2` beside a double, and `double(…)`"
              + " around an int.");
    } else if (result.matches()) {
      String found = yamlType(result.group(2));
      add(
          issue,
          purpose == Purpose.FILTER
              ? "a filter gives true or false, this expression gives " + found
              : "the expression gives " + found + ", the feature is declared as " + type.yamlName(),
          resultRemedy(found));
    } else if (syntax.matches()) {
      add(
          issue,
          syntax.group(1).equals("<EOF>")
              ? "the expression ends too early"
              : "`" + syntax.group(1) + "` is not expected here",
          "Write an expression of CEL, such as `" + purpose.example + "`.");
    } else {
      add(issue, message, "Write an expression of CEL, such as `" + purpose.example + "`.");
    }
  }

  private void add(CelIssue issue, String reason, String remedy) {
    CelSourceLocation location = issue.getSourceLocation();
    int offset = Math.max(0, location.getColumn());
    Optional<Place> text =
        expression instanceof Scalar scalar && location.getLine() == 1
            ? scalar.textPlace()
            : Optional.empty();
    Place place =
        text.map(start -> new Place(start.file(), start.line(), start.column() + offset))
            .orElse(expression.place());
    String where =
        text.isPresent() || location.getLine() < 1
            ? ""
            : " (line %d, column %d of the expression)".formatted(location.getLine(), offset + 1);
    problems.add(place, expression.path(), expression.quoted(), reason + where, remedy);
  }

  private String nearestField(String name) {
    List<String> fields = event.fields().stream().map(EventField::name).toList();
    return Nearest.to(name, fields)
        .map(nearest -> "Did you mean `" + nearest + "`?")
        .orElse("An expression reads the fields " + String.join(", ", fields) + ".");
  }

  /** {@code (double, int)} or {@code string.(int)}, in the words of contracts. */
  private static List<String> types(String signature) {
    return Arrays.stream(signature.split("[^A-Za-z.]+|\\.(?=\\()"))
        .filter(word -> !word.isEmpty())
        .map(ExpressionProblems::yamlType)
        .toList();
  }

  /** CEL's name of a type in the words of contracts. */
  static String yamlType(String celType) {
    return switch (celType) {
      case "bool" -> "boolean";
      case "google.protobuf.Timestamp" -> "timestamp";
      case "google.protobuf.Duration" -> "duration";
      default -> celType;
    };
  }

  private static String mismatch(String function, List<String> types) {
    if (function.equals("_?_:_") && types.size() == 3) {
      return types.get(0).equals("boolean")
          ? "the two values of `? :` need one type, these are "
              + types.get(1)
              + " and "
              + types.get(2)
          : "the condition before `?` must be true or false, this is " + types.get(0);
    }
    String operator = function.replace("_", "");
    return "`"
        + (operator.matches("[a-zA-Z]+") ? function : operator)
        + "` does not take "
        + types.stream().collect(Collectors.joining(" and "));
  }

  private String resultRemedy(String found) {
    if (found.equals("boolean")) {
      return "Append `? "
          + (type == FieldType.DOUBLE ? "1.0 : 0.0" : "1 : 0")
          + "`, or declare the"
          + " feature as `type: boolean`.";
    }
    return switch (type) {
      case DOUBLE -> "Put `double(…)` around it.";
      case INT, LONG -> "Put `int(…)` around it, or declare the feature as `type: double`.";
      default -> "Compare it with something, such as `amount > 220.0`.";
    };
  }
}
