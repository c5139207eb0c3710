package io.tidemark.jobs.history.delta;

import java.util.List;

/**
 * What one checkpoint appends to a table, all of it or nothing.
 *
 * @param applicationId {@code <sink id>/<epoch>}: who numbered it
 * @param sequence 1, 2, 3, … within the application id, in the order of commits
 * @param schema of the rows in the files
 */
record AppendBatch(String applicationId, long sequence, TableSchema schema, List<DataFile> files) {
  AppendBatch {
    files = List.copyOf(files);
    if (sequence < 1) {
      throw new IllegalArgumentException("Batches are numbered from 1, not " + sequence);
    }
  }

  long rows() {
    return files.stream().mapToLong(DataFile::rows).sum();
  }

  long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }
}
