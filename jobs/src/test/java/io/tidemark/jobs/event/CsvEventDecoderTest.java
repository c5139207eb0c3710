package io.tidemark.jobs.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvEventDecoderTest {
  private static final EventSchema SCHEMA = TestEvents.SCHEMA;
  private static final List<String> HEADER =
      List.of("note", "shop", "online", "card", "count", "amount", "customer", "at", "id");
  private static final List<String> ROW =
      List.of("x", "S", "true", "4539", "3", "12.5", "C1", "2025-06-01T12:00:00Z", "7");

  @Test
  void columnsAreFoundByName() {
    assertThat(decode(ROW).event())
        .isEqualTo(
            new JsonEventDecoder(SCHEMA, TestEvents.CLOCK)
                .decode(
                    """
                    {"id":7,"at":"2025-06-01T12:00:00Z","customer":"C1","amount":12.5,"count":3,\
                    "card":4539,"online":true,"shop":"S"}"""
                        .getBytes(UTF_8),
                    TestEvents.ORIGIN)
                .event());
  }

  @Test
  void emptyOptionalValuesAreNull() {
    Event event = decode(List.of("", "", "", "", "", "0", "C1", ROW.get(7), "7")).event();

    for (String field : List.of("shop", "online", "card", "count")) {
      assertThat(EventFields.isNull(SCHEMA, SCHEMA.fieldIndex(field), event)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '|',
      value = {
        "id|''|MISSING_FIELD",
        "customer|''|MISSING_FIELD",
        "id|7.0|WRONG_TYPE",
        "id|+7|WRONG_TYPE",
        "id| 7|WRONG_TYPE",
        "id|-|WRONG_TYPE",
        "id|0x7|WRONG_TYPE",
        "id|٣|WRONG_TYPE",
        "id|9223372036854775808|OUT_OF_RANGE",
        "id|-9223372036854775809|OUT_OF_RANGE",
        "count|2147483648|OUT_OF_RANGE",
        "count|-6|OUT_OF_RANGE",
        "card|9000000000000001|OUT_OF_RANGE",
        "amount|12,5|WRONG_TYPE",
        "amount|12.5 |WRONG_TYPE",
        "amount|12d|WRONG_TYPE",
        "amount|0x1p3|WRONG_TYPE",
        "amount|.|WRONG_TYPE",
        "amount|nan|WRONG_TYPE",
        "amount|NaN|NOT_FINITE",
        "amount|-Infinity|NOT_FINITE",
        "amount|1e309|NOT_FINITE",
        "amount|-1|OUT_OF_RANGE",
        "online|TRUE|WRONG_TYPE",
        "online|1|WRONG_TYPE",
        "at|2025-06-01 12:00:00|WRONG_TYPE",
        "at|1970-01-01T00:00:00Z|TIME_TOO_EARLY",
        "at|2100-01-01T00:00:00Z|TIME_TOO_FAR_AHEAD",
        "shop|Caf\uFFFD|MALFORMED",
      })
  void valueIsRejectedWithItsReason(String column, String value, RejectionReason reason) {
    RejectedRecord rejected = decode(with(column, value)).rejected();

    assertThat(rejected).isNotNull();
    assertThat(rejected.reason()).isEqualTo(reason);
    assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.MASKED);
  }

  @ParameterizedTest
  @CsvSource({
    "id,-9223372036854775808",
    "amount,1E-5",
    "amount,.5",
    "amount,+1",
    "card,9000000000000000",
    "shop,' '"
  })
  void valueAtTheEdgeIsAccepted(String column, String value) {
    assertThat(decode(with(column, value)).rejected()).isNull();
  }

  @Test
  void maskedRowKeepsWhatIdentifiesNobody() {
    List<String> row = new ArrayList<>(with("amount", "dear"));
    row.set(1, "a, \"b\"");

    assertThat(payload(decode(row).rejected()))
        .isEqualTo("***,\"a, \"\"b\"\"\",true,***,3,dear,***,2025-06-01T12:00:00Z,7");
  }

  @Test
  void rowWithAnotherNumberOfColumnsIsWithheld() {
    for (List<String> row : List.of(List.of("4539"), ROW.subList(1, 9))) {
      RejectedRecord rejected = decode(row).rejected();

      assertThat(rejected.reason()).isEqualTo(RejectionReason.MALFORMED);
      assertThat(rejected.detail())
          .isEqualTo("The row has " + row.size() + " columns, the header 9");
      assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.WITHHELD);
      assertThat(rejected.payload()).isNull();
    }
  }

  @Test
  void rowOfAContractThatNamesNobodyIsKeptWhole() {
    EventSchema schema = TestEvents.schema("id", "at", TestEvents.ID, TestEvents.AT);
    RejectedRecord rejected =
        new CsvEventDecoder(schema, TestEvents.CLOCK, List.of("id", "at", "note"))
            .decode(List.of("7", "x", "C1"), TestEvents.ORIGIN)
            .rejected();

    assertThat(rejected.form()).isEqualTo(RejectedRecord.Form.ORIGINAL);
    assertThat(payload(rejected)).isEqualTo("7,x,C1");
  }

  @Test
  void headerMustNameEveryRequiredColumnOnce() {
    assertThatThrownBy(() -> decoder(List.of("id", "amount", "id", "at", "customer")))
        .hasMessage("The header names column id twice");
    assertThatThrownBy(() -> decoder(List.of("at", "customer")))
        .hasMessage(
            "The header [at, customer] lacks the columns [id, amount], which event contract"
                + " payments requires");
    decoder(List.of("x", "x", "id", "at", "customer", "amount"));
  }

  private static CsvEventDecoder decoder(List<String> header) {
    return new CsvEventDecoder(SCHEMA, TestEvents.CLOCK, header);
  }

  private static Ingested decode(List<String> row) {
    return decoder(HEADER).decode(row, TestEvents.ORIGIN);
  }

  private static List<String> with(String column, String value) {
    List<String> row = new ArrayList<>(ROW);
    row.set(HEADER.indexOf(column), value);
    return row;
  }

  private static String payload(@Nullable RejectedRecord rejected) {
    return new String(rejected.payload(), UTF_8);
  }
}
