package io.tidemark.jobs.history.delta;

import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The log of one Delta table: all that this sink wants of a Delta library. */
interface TableLog {

  /** Starts a transaction on the table as it is now. */
  Transaction begin() throws IOException;

  /** The table as of one version, and a way to the next. */
  interface Transaction {
    /** The version read; -1 where there is no table yet. */
    long version();

    /** The table's columns; null where there is no table yet. */
    @Nullable TableSchema schema() throws IOException;

    /**
     * The sequence of the last batch of this application that the table holds; 0 for none. Costs
     * reading the table's whole log.
     */
    long lastSequence(String applicationId);

    /**
     * Appends a batch, its sequence and, where they differ, the table's new columns.
     *
     * @param schema what the table's columns are afterwards
     * @return the version that is the batch
     * @throws ConflictException if another writer made that version; nothing is committed
     * @throws IOException if it failed, with the batch committed or not
     */
    long commit(AppendBatch batch, TableSchema schema) throws IOException;
  }

  /** Opens logs where they are used, on a cluster's workers. */
  interface Opener extends Serializable {
    TableLog open(String table) throws IOException;
  }
}
