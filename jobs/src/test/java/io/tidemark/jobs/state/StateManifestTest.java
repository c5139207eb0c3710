package io.tidemark.jobs.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.state.StateManifest.HeldColumn;
import io.tidemark.jobs.state.StateManifest.HeldFeature;
import io.tidemark.jobs.state.StateManifest.HeldSpan;
import io.tidemark.jobs.state.StateManifest.Identity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a manifest says since when something is held, after the contract has changed. */
class StateManifestTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final String COUNT = "count of events over P30D in hops of PT1H";
  private static final String MAX = "max of amount over P30D in hops of PT1H";

  private static StateManifest manifest(long upTo, List<String> parts, String... held) {
    return new StateManifest(
        new Identity("shop", "spending", "orders", "kafka://orders", "at", List.of("customer")),
        List.of(new HeldFeature("one", new SemanticVersion(1, 0, 0), parts)),
        new HeldSpan(
            Long.MIN_VALUE,
            upTo,
            3_600_000,
            Long.MAX_VALUE,
            Stream.of(held).map(meaning -> new HeldColumn(meaning, Long.MIN_VALUE)).toList()),
        List.of(),
        List.of(),
        List.of(new byte[] {(byte) parts.size()}),
        0);
  }

  /** In a key with many events tiles have it only from now on. */
  @Test
  void whatIsNewInTilesIsThereSinceTheRestore() {
    StateManifest before = manifest(NOW, List.of(COUNT), COUNT);

    StateManifest after = manifest(Long.MIN_VALUE, List.of(COUNT, MAX), COUNT, MAX).after(before);

    assertThat(after.span().columns())
        .containsExactly(new HeldColumn(COUNT, Long.MIN_VALUE), new HeldColumn(MAX, NOW));
  }

  /** Whose windows were all served by the log. */
  @Test
  void whatAReleaseWithoutTilesHeldIsThereAsBefore() {
    StateManifest before = manifest(NOW, List.of(COUNT));

    StateManifest after = manifest(Long.MIN_VALUE, List.of(COUNT), COUNT).after(before);

    assertThat(after.span().columns()).containsExactly(new HeldColumn(COUNT, Long.MIN_VALUE));
  }
}
