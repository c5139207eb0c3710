package io.tidemark.cli.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventFields;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.MergedEventFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShiftTest {
  private final EventSchema schema = schema();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"amount*1.5,15", "amount+2.5,12.5", "amount-12,-2", "amount*0,0"})
  void changesADoubleField(String shift, double amount) throws Exception {
    Event shifted = Shift.parse(shift, schema).apply(event("1"));

    assertThat(EventFields.number(schema, schema.fieldIndex("amount"), shifted)).isEqualTo(amount);
    assertThat(EventFields.text(schema, schema.idField(), shifted)).isEqualTo("7");
    assertThat(EventFields.text(schema, schema.fieldIndex("fraud"), shifted)).isEqualTo("1");
  }

  @Test
  void roundsAWholeNumber() throws Exception {
    Event shifted = Shift.parse("fraud*2.6", schema).apply(event("1"));

    assertThat(EventFields.text(schema, schema.fieldIndex("fraud"), shifted)).isEqualTo("3");
  }

  @Test
  void leavesAMissingValueMissing() throws Exception {
    Event event = event("");

    assertThat(Shift.parse("fraud+1", schema).apply(event)).isEqualTo(event);
  }

  @ParameterizedTest
  @CsvSource({
    "amount,is not FIELD*NUMBER",
    "amount*x,is not FIELD*NUMBER",
    "amount/2,is not FIELD*NUMBER",
    "amout*2,'no numeric field amout, only [transaction_id, amount, fraud]'",
    "terminal_id*2,no numeric field terminal_id",
    "tx_datetime+5,no numeric field tx_datetime",
    "transaction_id+1,is the id"
  })
  void refusesWhatIsNoShift(String text, String reason) {
    assertThatThrownBy(() -> Shift.parse(text, schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private Event event(String fraud) throws Exception {
    Path file = folder.resolve("events.csv");
    Files.writeString(
        file,
        """
        transaction_id,tx_datetime,customer_id,terminal_id,amount,fraud
        7,2025-01-01T00:00:00Z,c,t,10,%s
        """
            .formatted(fraud));
    try (MergedEventFiles events =
        MergedEventFiles.open(List.of(file), schema, Clock.systemUTC())) {
      return events.next().event();
    }
  }

  private static EventSchema schema() {
    try {
      return new EventSchema(Contracts.bundled().event(new TopicUri("tx_events")).orElseThrow());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
