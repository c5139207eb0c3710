package io.tidemark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.tidemark.contract.AggregateKind;
import java.io.IOException;
import java.util.HexFormat;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class RunningAggregateSerializerTest {

  private static RunningAggregate histogram() {
    RunningAggregate histogram = new RunningAggregate(AggregateKind.HISTOGRAM);
    histogram.require(0, 1, 2);
    histogram.add(1.5, 1_000);
    histogram.add(7, 500);
    return histogram;
  }

  private static String bytes(RunningAggregate aggregate) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    aggregate.write(out);
    return HexFormat.of().formatHex(out.getCopyOfBuffer());
  }

  private static RunningAggregate read(AggregateKind kind, String bytes) throws IOException {
    return new RunningAggregateSerializer(kind)
        .deserialize(new DataInputDeserializer(HexFormat.of().parseHex(bytes)));
  }

  @Test
  void releasedBytesAreWrittenAndRead() throws Exception {
    String released =
        "01" // format
            + "01" // has its parameters
            + "0002"
            + "3ff0000000000000"
            + "4000000000000000" // two edges
            + "0000000000000000" // no trailing window
            + "00000000000003e8" // youngest time
            + "01"
            + "00"
            + "01"
            + "01"; // the histogram's own format, and counts

    assertThat(bytes(histogram())).isEqualTo(released);
    RunningAggregate read = read(AggregateKind.HISTOGRAM, released);
    assertThat(read.width()).isEqualTo(3);
    assertThat(read.result(1)).isEqualTo(1);
    assertThat(bytes(read)).isEqualTo(released);
  }

  @Test
  void trailingWindowIsRestored() throws Exception {
    RunningAggregate maximum = new RunningAggregate(AggregateKind.MAX);
    maximum.require(10);
    maximum.add(5, 100);
    maximum.add(3, 105);
    String released = bytes(maximum);

    RunningAggregate read = read(AggregateKind.MAX, released);
    assertThat(read.result()).isEqualTo(5);
    read.add(1, 110);
    assertThat(read.result()).isEqualTo(3);
  }

  @Test
  void otherFormatIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> read(AggregateKind.SUM, "0200"))
        .withMessageContaining("format version 2");
  }

  @Test
  void snapshotRestoresTheSerializerOfTheSameAggregate() throws Exception {
    RunningAggregateSerializer serializer = new RunningAggregateSerializer(AggregateKind.HISTOGRAM);
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.snapshotConfiguration().writeSnapshot(out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer()))
        .isEqualTo("0009" + HexFormat.of().formatHex("HISTOGRAM".getBytes("US-ASCII")));

    TypeSerializerSnapshot<RunningAggregate> read = new RunningAggregateSerializer.Snapshot();
    read.readSnapshot(
        1, new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    TypeSerializer<RunningAggregate> restored = read.restoreSerializer();

    assertThat(restored).isEqualTo(serializer);
    assertThat(bytes(restored.copy(histogram()))).isEqualTo(bytes(histogram()));
    assertThat(serializer.snapshotConfiguration().resolveSchemaCompatibility(read))
        .matches(compatibility -> compatibility.isCompatibleAsIs());
    assertThat(
            new RunningAggregateSerializer(AggregateKind.SUM)
                .snapshotConfiguration()
                .resolveSchemaCompatibility(read))
        .matches(compatibility -> compatibility.isIncompatible());
  }

  @Test
  void parametersStayWhatTheyWere() {
    RunningAggregate quantile = new RunningAggregate(AggregateKind.QUANTILE);
    quantile.require(0, 0.5);
    quantile.require(0, 0.5);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> quantile.require(0, 0.9))
        .withMessageContaining("QUANTILE")
        .withMessageContaining("[0.5]");
  }

  @Test
  void mergedIntoNothingIsTheOther() throws Exception {
    RunningAggregate empty = new RunningAggregate(AggregateKind.HISTOGRAM);
    empty.merge(histogram());
    RunningAggregate other = histogram();
    other.merge(new RunningAggregate(AggregateKind.HISTOGRAM));

    assertThat(bytes(empty)).isEqualTo(bytes(histogram()));
    assertThat(bytes(other)).isEqualTo(bytes(histogram()));
  }
}
