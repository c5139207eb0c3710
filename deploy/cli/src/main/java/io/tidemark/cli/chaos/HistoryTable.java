package io.tidemark.cli.chaos;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.VersionLog;
import io.delta.standalone.actions.Action;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.data.CloseableIterator;
import io.delta.standalone.data.RowRecord;
import io.delta.standalone.types.LongType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** A Delta table of the job's, as its log says it is. */
final class HistoryTable {
  private final DeltaLog log;

  HistoryTable(Path folder) {
    this.log = DeltaLog.forTable(new Configuration(), folder.toString());
  }

  /** How many files its log adds that it had added before. */
  int filesAddedTwice() {
    Set<String> files = new HashSet<>();
    int twice = 0;
    Iterator<VersionLog> versions = log.getChanges(0, true);
    while (versions.hasNext()) {
      for (Action action : versions.next().getActions()) {
        if (action instanceof AddFile added && !files.add(added.getPath())) {
          twice++;
        }
      }
    }
    return twice;
  }

  /** What a row says of which payment. */
  interface Row {
    void addTo(Ledger ledger, RowRecord row);
  }

  /** Hands on every row of the newest version. */
  void read(Ledger ledger, Row format) throws IOException {
    try (CloseableIterator<RowRecord> rows = log.snapshot().open()) {
      while (rows.hasNext()) {
        format.addTo(ledger, rows.next());
      }
    }
  }

  /** The number in a column; NaN where there is none. */
  static double number(RowRecord row, String column) {
    if (row.isNullAt(column)) {
      return Double.NaN;
    }
    return row.getSchema().get(column).getDataType() instanceof LongType
        ? row.getLong(column)
        : row.getDouble(column);
  }
}
