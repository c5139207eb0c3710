package io.tidemark.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** State per key where 30 days hold 60 events: the mean over the customers who have that many. */
final class StateSize {
  private static final int EVENTS = 60;
  private static final int TOLERANCE = 5;
  private static final long WINDOW_MILLIS = 30 * 86_400_000L;

  private StateSize() {}

  static double bytesPerKey(Scale scale, Path customers) throws Exception {
    Tape tape = Tape.read(new Tape.Slice(customers, 1, scale.shortDays()));
    HeldState state = HeldState.of(Workload.MONTH, tape);
    Map<String, Integer> inWindow = new HashMap<>();
    for (int i = tape.firstFrom(tape.lastMillis() - WINDOW_MILLIS); i < tape.size(); i++) {
      inWindow.merge(
          String.valueOf(tape.events().get(i).text(Workload.CUSTOMER_SLOT)), 1, Integer::sum);
    }
    return inWindow.entrySet().stream()
        .filter(key -> Math.abs(key.getValue() - EVENTS) <= TOLERANCE)
        .mapToLong(key -> state.bytes(key.getKey()))
        .average()
        .orElseThrow(() -> new IOException("No customer has " + EVENTS + " payments in 30 days"));
  }
}
