package io.tidemark.cli.simulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A payment as the value of a Kafka record: one JSON object in UTF-8, no line end. Stateless. */
public final class PaymentJson {
  private static final JsonFactory JSON = new JsonFactory();

  private PaymentJson() {}

  public static byte[] encode(Payment payment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("transaction_id", payment.transactionId());
      json.writeStringField("tx_datetime", payment.time().toString());
      json.writeStringField("customer_id", payment.customerId());
      json.writeStringField("terminal_id", payment.terminalId());
      json.writeNumberField("amount", payment.amount());
      json.writeNumberField("fraud", payment.scenario().label());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("A byte array refused a payment", e);
    }
    return bytes.toByteArray();
  }
}
