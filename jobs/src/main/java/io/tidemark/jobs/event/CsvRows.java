package io.tidemark.jobs.event;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Rows of a CSV file whose first line names the columns. */
final class CsvRows implements EventRows {
  private final String name;
  private final CloseableIterator<CsvRecord> rows;
  private final CsvEventDecoder decoder;
  private long taken;
  private long line;

  CsvRows(String name, InputStream bytes, EventSchema schema, Clock clock) throws IOException {
    this.name = name;
    this.rows = CsvReader.builder().detectBomHeader(true).ofCsvRecord(bytes).iterator();
    CsvRecord header = nextRow();
    if (header == null) {
      throw new EventFileException(name + ": the file is empty, not even a header is in it");
    }
    try {
      this.decoder = new CsvEventDecoder(schema, clock, header.getFields());
    } catch (IllegalArgumentException e) {
      throw new EventFileException(name + ":1: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Ingested next() {
    CsvRecord row = nextRow();
    if (row == null) {
      return null;
    }
    taken++;
    line = row.getStartingLineNumber();
    return decoder.decode(row.getFields(), new Origin(name, -1, line, 0));
  }

  @Override
  public long line() {
    return line;
  }

  private @Nullable CsvRecord nextRow() {
    try {
      return rows.hasNext() ? rows.next() : null;
    } catch (CsvParseException | UncheckedIOException e) {
      throw new EventFileException(
          name + ": cannot be read after row " + taken + ": " + EventRows.reason(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
