package io.tidemark.jobs.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.ValueExpression;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LogColumnsTest {
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final int AMOUNT = SCHEMA.fieldIndex("amount");
  private static final ValueExpression OF_AMOUNT = new ValueExpression.Field("amount");

  private final LogColumns columns = columns();

  /** The amount, its double, and the amount of one shop's purchases. */
  private static LogColumns columns() {
    LogColumns.Builder builder = new LogColumns.Builder(SCHEMA);
    builder.column(new Aggregate(AggregateKind.SUM, OF_AMOUNT));
    builder.column(new Aggregate(AggregateKind.AVG, new ValueExpression.Computed("amount * 2.0")));
    builder.column(new Aggregate(AggregateKind.MAX, List.of(), OF_AMOUNT, "shop == 2"));
    return builder.build();
  }

  @Test
  void presentValuesAreReadAndNoneIsSkipped() {
    assertThat(columns.of(purchase(2, "1.5"))).containsExactly(1.5, 3.0, 1.5);
    assertThat(columns.skipped()).isZero();
  }

  @Test
  void whatAFilterLeavesOutIsNotSkipped() {
    assertThat(columns.of(purchase(1, "1.5"))).containsExactly(1.5, 3.0, Double.NaN);
    assertThat(columns.skipped()).isZero();
  }

  @Test
  void nullsNanAndInfinitiesAreNoneAndCounted() {
    Event purchase = purchase(2, "1.5");
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1 / 0.0}) {
      Event odd = EventFields.withNumber(SCHEMA, AMOUNT, purchase, value);
      assertThat(columns.of(odd)).as("%s", value).containsOnly(Double.NaN);
      assertThat(columns.skipped()).as("%s", value).isEqualTo(3);
    }
    assertThat(columns.of(purchase(1, "null"))).containsOnly(Double.NaN);
    assertThat(columns.skipped()).as("of null; the filter leaves out the third").isEqualTo(2);
  }

  private static Event purchase(int shop, String amount) {
    String json =
        "{\"id\":1,\"at\":\"2024-03-01T12:00:00Z\",\"shop\":%d,\"user\":\"ann\",\"amount\":%s}"
            .formatted(shop, amount);
    return Objects.requireNonNull(
        new JsonEventDecoder(SCHEMA, Clock.systemUTC())
            .decode(json.getBytes(UTF_8), new Origin("test", 0, 0, 0))
            .event());
  }
}
