package io.tidemark.jobs.history.delta;

/**
 * A finished Parquet file that no log names yet.
 *
 * @param path relative to the table's folder
 * @param epochDay the partition, in days since the epoch
 * @param rows how many it holds
 * @param bytes its size
 * @param closedAtMillis when it was closed, in milliseconds since the epoch
 * @param statistics of its columns, as the JSON that Delta Lake keeps per file
 */
record DataFile(
    String path, long epochDay, long rows, long bytes, long closedAtMillis, String statistics) {}
