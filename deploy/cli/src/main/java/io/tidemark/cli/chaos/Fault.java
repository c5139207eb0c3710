package io.tidemark.cli.chaos;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fault that has happened.
 *
 * @param process name of the process that was hit
 * @param at since the job was submitted
 * @param recovery until all tasks ran again and a checkpoint was complete that had begun after the
 *     process was gone; null where that did not come to pass
 */
record Fault(FaultKind kind, String process, Duration at, @Nullable Duration recovery) {}
