package io.tidemark.contract;

import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import io.tidemark.contract.YamlNode.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what the CEL compiler says into problems at their place in the file, with a remedy. */
final class ExpressionProblems {
  private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*", Pattern.DOTALL);

  private ExpressionProblems() {}

  static void add(
      YamlNode expression,
      CelIssue issue,
      EventContract event,
      FieldType type,
      Problems problems) {
    CelSourceLocation location = issue.getSourceLocation();
    String message = issue.getMessage().lines().findFirst().orElse("not an expression");
    Optional<Place> text =
        expression instanceof Scalar scalar ? scalar.textPlace() : Optional.empty();
    boolean known = location.getLine() == 1 && text.isPresent();
    Place place =
        known
            ? new Place(
                text.get().file(), text.get().line(), text.get().column() + Math.max(0, location.getColumn()))
            : expression.place();
    String where =
        known || location.getLine() < 1
            ? ""
            : " (line " + location.getLine() + ", column " + (location.getColumn() + 1) + " of the expression)";
    problems.add(
        place, expression.path(), expression.quoted(), message + where, remedy(message, event, type));
  }

  private static String remedy(String message, EventContract event, FieldType type) {
    List<String> names = event.fields().stream().map(EventField::name).toList();
    Matcher undeclared = UNDECLARED.matcher(message);
    if (undeclared.matches()) {
      return Nearest.to(undeclared.group(1), names)
          .map(nearest -> "Did you mean `" + nearest + "`?")
          .orElse("An expression reads the fields " + String.join(", ", names) + ".");
    }
    if (message.startsWith("found no matching overload")) {
      return "Both sides need one type: wrap an int in `double(…)`, write 2.0 instead of 2 beside a"
          + " double.";
    }
    if (message.startsWith("expected type")) {
      return "Declare the type that the expression gives, or end it with `? 1 : 0`, `int(…)` or"
          + " `double(…)` to make it " + type.yamlName() + ".";
    }
    return "Write an expression of CEL, such as `amount > 220.0 ? 1 : 0`.";
  }
}
