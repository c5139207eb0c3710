package io.tidemark.jobs.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contract.FieldType;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.jobs.state.StateManifest.HeldColumn;
import io.tidemark.jobs.state.StateManifest.HeldFeature;
import io.tidemark.jobs.state.StateManifest.HeldField;
import io.tidemark.jobs.state.StateManifest.HeldSpan;
import io.tidemark.jobs.state.StateManifest.Identity;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The bytes of manifests: what a release has written, every later one must read. */
class StateManifestFormatTest {
  private static final StateManifest MANIFEST =
      new StateManifest(
          new Identity("shop", "by_user", "purchases", "kafka://purchases", "at", List.of("user")),
          List.of(
              new HeldFeature(
                  "avg_7d",
                  new SemanticVersion(2, 1, 0),
                  List.of("sum of amount where shop > 3 over P7D"))),
          new HeldSpan(
              Long.MIN_VALUE,
              1_700_000_000_000L,
              604_800_000,
              604_830_000,
              List.of(new HeldColumn("amount where shop > 3", 1_690_000_000_000L))),
          List.of(new HeldField("id", FieldType.LONG), new HeldField("user", FieldType.STRING)),
          List.of("amount", "by_user.avg_7d"),
          List.of(new byte[] {1, 2}, new byte[] {3}),
          1);

  @Test
  void bytesOfVersion1AreWrittenAsTheyWere() throws Exception {
    assertThat(HexFormat.of().formatHex(StateManifestFormat.write(MANIFEST))).isEqualTo(golden());
  }

  @Test
  void bytesOfVersion1AreRead() throws Exception {
    StateManifest read = StateManifestFormat.read(HexFormat.of().parseHex(golden()));
    assertThat(read).usingRecursiveComparison().isEqualTo(MANIFEST);
  }

  @Test
  void laterVersionsAndDamageAreRefusedInWords() throws Exception {
    byte[] bytes = HexFormat.of().parseHex(golden());
    byte[] later = bytes.clone();
    later[0] = 9;
    assertThatThrownBy(() -> StateManifestFormat.read(later))
        .isInstanceOf(StateRefusedException.class)
        .hasMessage(
            "The savepoint's manifest is in format version 9, but this release reads versions up to"
                + " 1: a later release wrote it. Use that release, or an older savepoint");
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> StateManifestFormat.read(part))
          .as("%d bytes", length)
          .isInstanceOf(StateRefusedException.class)
          .hasMessageContaining("is damaged");
    }
  }

  private static String golden() throws Exception {
    try (InputStream in = StateManifestFormatTest.class.getResourceAsStream("manifest-v1.hex")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII).strip();
    }
  }
}
