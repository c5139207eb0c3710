package io.tidemark.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidemark.aggregate.TextCode;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.TopicUri;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowExpressionTest {
  private static EventContract transactions;
  private static FeatureContract calendar;

  @BeforeAll
  static void readContracts() throws Exception {
    Contracts contracts = Contracts.bundled();
    transactions = contracts.event(new TopicUri("tx_events")).orElseThrow();
    calendar = contracts.feature("calendar", 1).orElseThrow();
  }

  private static RowExpression expression(FieldType type, String text) {
    return new RowExpression(
        transactions,
        new Feature("feature", type, new FeatureDefinition.RowExpression(text), null, null, null));
  }

  private static RowExpression calendar(String feature) {
    return new RowExpression(transactions, calendar.feature(feature).orElseThrow());
  }

  private static double at(RowExpression expression, String time) {
    Map<String, Object> row = Map.of("tx_datetime", Instant.parse(time));
    return expression.evaluate(row::get);
  }

  @ParameterizedTest
  @CsvSource({
    "2018-04-06T23:59:59.999Z, 0", // Friday
    "2018-04-07T00:00:00Z, 1", // Saturday
    "2018-04-08T23:59:59Z, 1", // Sunday
    "2018-04-09T00:00:00Z, 0", // Monday
    "1969-12-28T12:00:00Z, 1", // a Sunday before the epoch
  })
  void weekendIsSaturdayAndSundayInUtc(String time, double expected) {
    assertThat(at(calendar("during_weekend"), time)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2018-04-06T23:59:59Z, 0",
    "2018-04-07T00:00:00Z, 1",
    "2018-04-07T06:59:59.999Z, 1",
    "2018-04-07T07:00:00Z, 0"
  })
  void nightLastsUntilSevenInTheMorningUtc(String time, double expected) {
    assertThat(at(calendar("during_night"), time)).isEqualTo(expected);
  }

  @Test
  void everyTypeOfFieldCanBeRead() {
    Map<String, Object> row =
        Map.of(
            "transaction_id",
            7L,
            "tx_datetime",
            Instant.ofEpochSecond(90),
            "customer_id",
            "c1",
            "amount",
            12.5,
            "fraud",
            1L);

    assertThat(expression(FieldType.DOUBLE, "amount * 2.0").evaluate(row::get)).isEqualTo(25.0);
    assertThat(expression(FieldType.LONG, "transaction_id + fraud").evaluate(row::get))
        .isEqualTo(8.0);
    assertThat(expression(FieldType.INT, "size(customer_id)").evaluate(row::get)).isEqualTo(2.0);
    assertThat(expression(FieldType.LONG, "int(tx_datetime)").evaluate(row::get)).isEqualTo(90.0);
    assertThat(expression(FieldType.BOOLEAN, "amount > 12.0").evaluate(row::get)).isEqualTo(1.0);
    assertThat(expression(FieldType.BOOLEAN, "amount > 13.0").evaluate(row::get)).isEqualTo(0.0);
  }

  @Test
  void rowWithoutAFieldThatIsNamedGivesMissing() {
    RowExpression either = expression(FieldType.BOOLEAN, "amount > 1.0 || fraud == 1");
    Map<String, Object> row = new HashMap<>(Map.of("amount", 5.0));

    assertThat(either.evaluate(row::get)).isNaN();
    row.put("fraud", 0L);
    assertThat(either.evaluate(row::get)).isEqualTo(1.0);
    row.remove("fraud");
    assertThat(either.evaluate(row::get)).as("nothing is kept of the row before").isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "'1 / fraud'",
    "'1 % fraud'",
    "'9223372036854775807 + 1 + fraud'",
    "'int(customer_id) + fraud'",
    "'int(amount)'",
    "'tx_datetime.getHours(customer_id)'"
  })
  void evaluationThatFailsGivesMissing(String text) {
    Map<String, Object> row =
        Map.of(
            "fraud",
            0L,
            "customer_id",
            "not a number",
            "amount",
            1e300,
            "tx_datetime",
            Instant.EPOCH);

    assertThat(expression(FieldType.LONG, text).evaluate(row::get)).isNaN();
  }

  @Test
  void onlyTheFieldsOfTheExpressionAreAskedFor() {
    RowExpression expression = expression(FieldType.DOUBLE, "amount * amount + double(fraud)");
    Set<String> asked = new HashSet<>();

    expression.evaluate(
        field -> {
          asked.add(field);
          return field.equals("amount") ? (Object) 2.0 : (Object) 1L;
        });

    assertThat(expression.fields()).containsExactlyInAnyOrder("amount", "fraud");
    assertThat(asked).isEqualTo(expression.fields());
  }

  @Test
  void constantExpressionNeedsNoField() {
    RowExpression one = expression(FieldType.INT, "1");

    assertThat(one.fields()).isEmpty();
    assertThat(one.evaluate(field -> null)).isEqualTo(1.0);
  }

  @Test
  void shippedExpressionGivesTheSameValues() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(calendar("during_weekend"));
    }
    RowExpression shipped;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      shipped = (RowExpression) in.readObject();
    }

    assertThat(shipped.fields()).containsExactly("tx_datetime");
    assertThat(at(shipped, "2018-04-07T12:00:00Z")).isEqualTo(1.0);
  }

  @Test
  void expressionThatDoesNotFitTheEventIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> expression(FieldType.INT, "amuont + 1"))
        .withMessageContaining("transactions")
        .withMessageContaining("amuont");
  }

  @Test
  void featureOfAnotherKindIsRefused() {
    Feature field =
        new Feature(
            "amount",
            FieldType.DOUBLE,
            new FeatureDefinition.PassThrough("amount"),
            null,
            null,
            null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RowExpression(transactions, field))
        .withMessageContaining("amount");
  }

  @Test
  void expressionOfAnAggregateGivesWhatItsTypeIsAsANumber() {
    Map<String, Object> row =
        Map.of("amount", 12.5, "terminal_id", "t1", "tx_datetime", Instant.ofEpochMilli(1_234_567));

    assertThat(new RowExpression(transactions, "amount * 2.0").evaluate(row::get)).isEqualTo(25.0);
    assertThat(new RowExpression(transactions, "amount > 100.0").evaluate(row::get)).isZero();
    assertThat(new RowExpression(transactions, "tx_datetime").evaluate(row::get))
        .isEqualTo(1_234_567.0);
    assertThat(new RowExpression(transactions, "terminal_id + '!'").evaluate(row::get))
        .isEqualTo(TextCode.of("t1!"));
    assertThat(new RowExpression(transactions, "customer_id").evaluate(row::get)).isNaN();
  }

  @Test
  void expressionThatGivesNoNumberIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RowExpression(transactions, "[amount]"))
        .withMessageContaining("list");
  }
}
