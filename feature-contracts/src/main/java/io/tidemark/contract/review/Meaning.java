package io.tidemark.contract.review;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateParameter;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.EventField;
import io.tidemark.contract.Fallback;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FeatureDefinition.PassThrough;
import io.tidemark.contract.FeatureDefinition.RowExpression;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FeatureDefinition.WindowedRatio;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.Window;
import io.tidemark.contract.Window.Lifetime;
import io.tidemark.contract.Window.Session;
import io.tidemark.contract.Window.Trailing;
import io.tidemark.contract.Window.Tumbling;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a contract means, in one spelling: two that mean the same are spelled the same, however
 * their files are written. Durations are compared by length, expressions without the blanks between
 * their parts; words (descriptions, owners), versions and the order in which fields or features are
 * listed say nothing about meaning.
 *
 * <p>The texts are for people too: findings show them. {@link #hash} makes a short name of one.
 */
public final class Meaning {
  static final String IN_HOPS = " in hops of ";

  private Meaning() {}

  /** SHA-256 of a meaning, 64 lower-case hexadecimal digits. */
  public static String hash(String meaning) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(meaning.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  /**
   * What the values of a feature are: key, topic, definition, type, default, and the types of the
   * fields that it reads.
   *
   * @param event of the contract's source
   */
  public static String of(EventContract event, FeatureContract contract, Feature feature) {
    TreeMap<String, FieldType> reads = new TreeMap<>();
    for (EventField field : event.fields()) {
      if (Reading.of(feature, field.name()) || contract.entity().contains(field.name())) {
        reads.put(field.name(), field.type());
      }
    }
    return "%s of type %s by %s from %s, default %s, reading %s in the time of %s, told apart by %s"
        .formatted(
            of(feature.definition()),
            type(feature),
            contract.entity(),
            contract.source(),
            number(feature.defaultValue()),
            reads,
            event.time().field(),
            event.id());
  }

  /** What a topic's events are, and which are accepted. */
  public static String of(EventContract event) {
    TreeSet<String> fields = new TreeSet<>();
    for (EventField field : event.fields()) {
      fields.add(
          "%s: %s%s from %s to %s, %s"
              .formatted(
                  field.name(),
                  field.type().yamlName(),
                  field.optional() ? " or nothing" : "",
                  number(field.min()),
                  number(field.max()),
                  field.pii()));
    }
    return String.join(
        "; ",
        List.of(
            event.topic().toString(),
            event.deadLetter().toString(),
            event.late().toString(),
            event.format().name(),
            event.id(),
            event.time().toString(),
            fields.toString()));
  }

  /** What a model computes from what, and how it is served. */
  public static String of(ModelContract model) {
    return String.join(
        "; ",
        List.of(
            model.trigger().toString(),
            model.artifact().sha256(),
            model.inputs().toString(),
            model.output().toString(),
            model.contracts().toString(),
            String.valueOf(model.baseline()),
            model.missing().name(),
            model.batch().toString(),
            model.timeout().toString(),
            String.valueOf(model.golden()),
            fallback(model.fallback())));
  }

  /** What answers in the model's place. */
  static String fallback(Fallback fallback) {
    Fallback.Model lighter = fallback.model();
    if (lighter != null) {
      return "the model " + lighter.artifact().sha256() + " over " + lighter.inputs();
    }
    return Objects.requireNonNullElse(fallback.expression(), number(fallback.score()));
  }

  /** How a feature gets its value, without its type and default. */
  static String of(FeatureDefinition definition) {
    if (definition instanceof PassThrough field) {
      return "the field " + field.field();
    }
    if (definition instanceof RowExpression row) {
      return expression(row.expression());
    }
    if (definition instanceof WindowedAggregate windowed) {
      return of(windowed.aggregate()) + " over " + of(windowed.window());
    }
    WindowedRatio ratio = (WindowedRatio) definition;
    return of(ratio.numerator()) + " / " + of(ratio.denominator()) + " over " + of(ratio.window());
  }

  static String of(Aggregate aggregate) {
    StringBuilder text = new StringBuilder(aggregate.kind().yamlName());
    AggregateParameter parameter = aggregate.kind().parameter();
    if (parameter != AggregateParameter.NONE) {
      text.append('(').append(parameter.yamlName()).append(' ').append(parameters(aggregate));
      text.append(')');
    }
    if (aggregate.of() != null) {
      text.append(" of ").append(expression(aggregate.of().text()));
    }
    if (aggregate.where() != null) {
      text.append(" where ").append(expression(aggregate.where()));
    }
    return text.toString();
  }

  static String parameters(Aggregate aggregate) {
    if (aggregate.kind().parameter() == AggregateParameter.HALF_LIFE) {
      return duration(Duration.ofMillis(aggregate.parameters().get(0).longValue()));
    }
    return aggregate.parameters().stream().map(Meaning::number).collect(Collectors.joining(", "));
  }

  static String of(Window window) {
    if (window instanceof Trailing trailing) {
      return duration(trailing.size())
          + (trailing.delay().isZero() ? "" : " delayed by " + duration(trailing.delay()))
          + (trailing.hop() == null ? "" : IN_HOPS + duration(trailing.hop()));
    }
    if (window instanceof Tumbling tumbling) {
      return "each "
          + duration(tumbling.period())
          + (tumbling.offset().isZero() ? "" : " from " + duration(tumbling.offset()));
    }
    if (window instanceof Session session) {
      return "the session until a pause of "
          + duration(session.gap())
          + ", at most "
          + duration(session.maximum());
    }
    return window instanceof Lifetime ? "the lifetime" : window.toString();
  }

  static String type(Feature feature) {
    return feature.type().yamlName() + (feature.isArray() ? "[]" : "");
  }

  /** {@code P7D} rather than {@code PT168H}: as contracts write it. */
  static String duration(Duration duration) {
    return !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()))
        ? "P" + duration.toDays() + "D"
        : duration.toString();
  }

  /** {@code 10} rather than {@code 10.0}; {@code none} for null. */
  static String number(@Nullable Double number) {
    if (number == null) {
      return "none";
    }
    return Double.isFinite(number)
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : number.toString().toLowerCase(Locale.ROOT);
  }

  /** An expression with single blanks between words and none elsewhere, texts in it untouched. */
  static String expression(String text) {
    StringBuilder result = new StringBuilder();
    boolean blank = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        blank = true;
        continue;
      }
      if (blank && isWord(c) && !result.isEmpty() && isWord(result.charAt(result.length() - 1))) {
        result.append(' ');
      }
      blank = false;
      result.append(c);
      if (quote != 0 && c == '\\' && i + 1 < text.length()) {
        result.append(text.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    return result.toString();
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
