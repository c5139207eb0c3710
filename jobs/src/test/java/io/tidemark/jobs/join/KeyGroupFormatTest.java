package io.tidemark.jobs.join;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.FeatureContract;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.EntityKey;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.feature.WindowedFeatures;
import java.io.InputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * The bytes that stand for a key group beside the state of its keys: what a release has written,
 * every later one must read.
 */
class KeyGroupFormatTest {
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final VectorColumns COLUMNS = VectorColumns.of(ShopDomain.model());
  private static final Instant STARTED = Instant.parse("2024-03-02T00:00:00Z");

  /** Watermark, timers, since when all events are known, what is forgotten: all of other times. */
  @Test
  void bytesOfVersion2AreReadAndWrittenAsTheyWere() throws Exception {
    try (var operator = operator()) {
      operator.initializeState(
          OperatorSubtaskState.builder()
              .setRawKeyedState(
                  new KeyGroupsStateHandle(
                      new KeyGroupRangeOffsets(KeyGroupRange.of(0, 0), new long[] {0}),
                      new ByteStreamStateHandle("golden", HexFormat.of().parseHex(golden()))))
              .build());
      operator.open();

      KeyedStateHandle written =
          operator.snapshot(1, 1).getRawKeyedState().stream().findFirst().orElseThrow();
      try (InputStream in = ((KeyGroupsStateHandle) written).openInputStream()) {
        assertThat(HexFormat.of().formatHex(in.readAllBytes())).isEqualTo(golden());
      }
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, FeatureVector, FeatureVector>
      operator() throws Exception {
    FeatureContract contract = ShopDomain.features().get(2);
    EntityKey key = new EntityKey(SCHEMA, contract.entity());
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new FeatureFusionOperator(
            SCHEMA,
            COLUMNS,
            EventOrder.EVENT_TIME,
            STARTED,
            key,
            Objects.requireNonNull(WindowedFeatures.of(COLUMNS, contract, SCHEMA)),
            0),
        key,
        Types.STRING);
  }

  private static String golden() throws Exception {
    try (InputStream in = KeyGroupFormatTest.class.getResourceAsStream("key-group-v2.hex")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), US_ASCII).strip();
    }
  }
}
