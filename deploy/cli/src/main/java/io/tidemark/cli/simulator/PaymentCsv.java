package io.tidemark.cli.simulator;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Writer;

/** Payments as CSV: a header, then a line for each, {@code \n} line ends. */
public final class PaymentCsv {
  private final CsvWriter csv;

  /** Writes the header. Closing and flushing remain with the owner of {@code out}. */
  public PaymentCsv(Writer out) {
    csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).bufferSize(0).build(out);
    csv.writeRecord(
        "transaction_id",
        "tx_datetime",
        "customer_id",
        "terminal_id",
        "amount",
        "fraud",
        "fraud_scenario");
  }

  public void write(Payment payment) {
    csv.writeRecord(
        Long.toString(payment.transactionId()),
        payment.time().toString(),
        payment.customerId(),
        payment.terminalId(),
        payment.amount().toPlainString(),
        Integer.toString(payment.scenario().label()),
        Integer.toString(payment.scenario().code()));
  }
}
