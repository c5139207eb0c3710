package io.tidemark.jobs.history.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendBatchSerializerTest {
  private static final AppendBatchSerializer SERIALIZER = new AppendBatchSerializer();

  /** A column of every type. */
  private static final AppendBatch BATCH =
      new AppendBatch(
          "scoring-card_fraud-events/7b0c",
          17,
          new TableSchema(
              Arrays.stream(ColumnType.values())
                  .map(type -> new Column("c_" + type.code(), type))
                  .toList()),
          List.of(
              new DataFile("date=2018-04-01/a.parquet", 17_622, 3, 871, 1_000, "{\"a\":1}"),
              new DataFile("date=1969-12-31/b.parquet", -1, 1, 99, 2_000, "")));

  @Test
  void batchReadsBackTheSame() throws IOException {
    assertThat(SERIALIZER.deserialize(1, SERIALIZER.serialize(BATCH))).isEqualTo(BATCH);
  }

  @Test
  void statisticsMayBeLong() throws IOException {
    DataFile wide = new DataFile("a", 0, 1, 1, 1, "\u00e9".repeat(100_000));
    DataFileSerializer files = new DataFileSerializer();

    assertThat(files.deserialize(1, files.serialize(wide))).isEqualTo(wide);
  }

  @Test
  void releasedVersionsStayReadable() throws IOException {
    byte[] released = golden("serialized/append-batch.v1.hex");

    assertThat(SERIALIZER.deserialize(1, released)).isEqualTo(BATCH);
    assertThat(SERIALIZER.serialize(BATCH)).isEqualTo(released);
  }

  @Test
  void newerVersionIsRefused() {
    assertThatThrownBy(() -> SERIALIZER.deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("newer release");
  }

  @Test
  void everyColumnTypeHasACodeOfItsOwn() {
    List<ColumnType> types = new ArrayList<>();
    for (ColumnType type : ColumnType.values()) {
      types.add(ColumnType.ofCode(type.code()));
    }
    assertThat(types).containsExactly(ColumnType.values());
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        AppendBatchSerializerTest.class.getClassLoader().getResourceAsStream(name)) {
      return HexFormat.of().parseHex(new String(in.readAllBytes(), UTF_8).strip());
    }
  }
}
