package io.tidemark.cli.check.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.standalone.DeltaLog;
import io.delta.standalone.Snapshot;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.data.CloseableIterator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * How much a Delta table of events holds of each day, read from its log: no data file is opened.
 *
 * @param days by date; a file without a count of rows has as many per byte as the others
 */
record EventTable(Map<LocalDate, Size> days) {
  private static final String DAY = "date";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of a day. */
  record Size(long rows, long bytes) {
    static final Size NOTHING = new Size(0, 0);

    Size plus(Size other) {
      return new Size(rows + other.rows, bytes + other.bytes);
    }
  }

  /**
   * @param folder of the table
   * @return empty where there is no table
   * @throws IOException if its log cannot be read, for a reason that stands in the message
   */
  static Optional<EventTable> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder.resolve("_delta_log"))) {
      return Optional.empty();
    }
    Map<LocalDate, Size> counted = new TreeMap<>();
    Map<LocalDate, Long> uncounted = new TreeMap<>();
    try {
      Snapshot snapshot = DeltaLog.forTable(new Configuration(), folder.toString()).snapshot();
      try (CloseableIterator<AddFile> files = snapshot.scan().getFiles()) {
        while (files.hasNext()) {
          AddFile file = files.next();
          LocalDate day = LocalDate.parse(String.valueOf(file.getPartitionValues().get(DAY)));
          long rows = rows(file.getStats());
          if (rows < 0) {
            uncounted.merge(day, file.getSize(), Long::sum);
          } else {
            counted.merge(day, new Size(rows, file.getSize()), Size::plus);
          }
        }
      }
    } catch (DateTimeParseException e) {
      throw new IOException(folder + " is not partitioned by the day of its events", e);
    } catch (RuntimeException e) {
      // The library has exceptions of its own for each way in which a log may be damaged or newer.
      throw new IOException(folder + ": its log cannot be read: " + e.getMessage(), e);
    }
    Size known = total(counted);
    uncounted.forEach(
        (day, bytes) -> {
          long rows = known.bytes == 0 ? 0 : Math.round((double) known.rows / known.bytes * bytes);
          counted.merge(day, new Size(rows, bytes), Size::plus);
        });
    return Optional.of(new EventTable(counted));
  }

  /** -1 where the writer did not say. */
  private static long rows(@Nullable String statistics) {
    if (statistics == null) {
      return -1;
    }
    try {
      JsonNode rows = JSON.readTree(statistics).path("numRecords");
      return rows.isIntegralNumber() ? rows.longValue() : -1;
    } catch (JsonProcessingException e) {
      return -1;
    }
  }

  private static Size total(Map<LocalDate, Size> days) {
    return days.values().stream().reduce(Size.NOTHING, Size::plus);
  }

  /** Everything from a day on. */
  Size since(LocalDate day) {
    return days.entrySet().stream()
        .filter(entry -> !entry.getKey().isBefore(day))
        .map(Map.Entry::getValue)
        .reduce(Size.NOTHING, Size::plus);
  }

  /** Empty where the table is. */
  Optional<LocalDate> firstDay() {
    return days.keySet().stream().min(LocalDate::compareTo);
  }
}
