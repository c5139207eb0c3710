package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.WindowDomain.Purchase;
import io.tidemark.jobs.event.EventOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of aggregate and window through the whole graph, with RocksDB: batch, streaming with a
 * failure in the middle, and lists that are scanned must give the same. (Texts of aggregates whose
 * answers are drawn by lot are within their bound.)
 */
class WindowGraphTest {
  @TempDir Path folder;

  @Test
  void batchAndStreamingGiveWhatListsGive() throws Exception {
    compare(3);
  }

  @Test
  @Tag("soak")
  void manySeedsGiveWhatListsGive() throws Exception {
    for (int seed = 100; seed < 140; seed++) {
      compare(seed);
    }
  }

  private void compare(int seed) throws Exception {
    WindowDomain domain = WindowDomain.of(seed);
    List<Purchase> purchases = WindowDomain.purchases(seed, 2_000, 4);
    List<Purchase> ordered = WindowDomain.inEventTime(purchases);
    Path events = write(purchases, "events-" + seed + ".csv");
    FileRunFixture fixture = new FileRunFixture(domain.plan(), folder);

    Path failed = folder.resolve(seed + "-failed.csv");
    fixture.runWithFailure(List.of(events), failed, 2, purchases.size() / 2);
    check("seed " + seed + ", with a failure", domain, ordered, failed);
    Path batch = folder.resolve(seed + "-batch.csv");
    fixture.run(List.of(events), batch, EventOrder.BATCH, 3);
    check("seed " + seed + ", batch", domain, ordered, batch);
  }

  private Path write(List<Purchase> purchases, String name) throws IOException {
    return Files.write(
        folder.resolve(name),
        Stream.concat(Stream.of(WindowDomain.CSV_HEADER), purchases.stream().map(Purchase::csv))
            .toList());
  }

  private static void check(String where, WindowDomain domain, List<Purchase> ordered, Path out)
      throws IOException {
    List<String> lines = Files.readAllLines(out);
    Map<Long, List<Double>> found = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      found.put(
          Long.parseLong(cells[0]),
          Arrays.stream(cells, 1, cells.length)
              .map(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
              .toList());
    }
    assertThat(found).as(where).hasSize(lines.size() - 1).hasSameSizeAs(ordered);
    for (Purchase purchase : ordered) {
      domain.check(where, purchase, ordered, Objects.requireNonNull(found.get(purchase.id())));
    }
  }
}
