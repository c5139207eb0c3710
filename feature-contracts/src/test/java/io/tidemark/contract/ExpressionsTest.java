package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cel.common.CelValidationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpressionsTest {
  private static EventContract transactions;

  @BeforeAll
  static void readContracts() throws Exception {
    transactions = Contracts.bundled().event(new TopicUri("tx_events")).orElseThrow();
  }

  @Test
  void fieldsAreThoseTheExpressionReads() throws Exception {
    assertThat(
            Expressions.fields(
                transactions,
                Expressions.compile(
                    transactions,
                    FieldType.BOOLEAN,
                    "tx_datetime.getHours() < 6 && amount > double(fraud) && amount < 9.0")))
        .containsExactly("amount", "fraud", "tx_datetime");
  }

  @Test
  void textCannotBeTheResult() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Expressions.compile(transactions, FieldType.STRING, "customer_id"))
        .withMessageContaining("string");
  }

  @Test
  void costIsBoundedByLengthForThereAreNoLoops() {
    assertThatThrownBy(
            () ->
                Expressions.compile(
                    transactions, FieldType.BOOLEAN, "[1, 2].all(x, [1, 2].all(y, x == y))"))
        .isInstanceOf(CelValidationException.class)
        .hasMessageContaining("all");
  }

  @Test
  void fieldsNamedLikeWordsOfCelDoNoHarmElsewhere(@TempDir Path root) throws Exception {
    ValidContracts.copyTo(root);
    Path orders = root.resolve("shop/events/orders.yaml");
    String fields =
        Stream.of("in", "for", "type", "int", "size", "duration")
            .map(
                name ->
                    "  " + name + ": {type: " + (name.equals("size") ? "string" : "int") + "}\n")
            .collect(Collectors.joining());
    Files.writeString(
        orders, Files.readString(orders).replace("  items: {", fields + "  items: {"));
    EventContract event = Contracts.read(root).event(new TopicUri("orders")).orElseThrow();

    assertThat(
            Expressions.fields(
                event,
                Expressions.compile(
                    event, FieldType.INT, "type + int + duration + size(size) + int(price)")))
        .containsExactly("duration", "int", "price", "size", "type");
  }
}
