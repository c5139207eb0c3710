package io.tidemark.jobs.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ByteWriterTest {
  @Test
  void numbersOfAnySizeAreLeb128AndReadBack() {
    ByteWriter out = new ByteWriter();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    List<Long> numbers = numbers();
    for (long number : numbers) {
      out.writeUnsigned(number);
      writeLeb128(number, expected);
    }
    byte[] bytes = out.toBytes();

    assertThat(bytes).isEqualTo(expected.toByteArray());
    ByteReader in = new ByteReader(bytes);
    for (long number : numbers) {
      assertThat(in.readUnsigned()).isEqualTo(number);
    }
  }

  @Test
  void signsAndFixedWidthsStandBetweenThem() {
    ByteWriter out = new ByteWriter();
    List<Long> numbers = numbers();
    for (long number : numbers) {
      out.writeSigned(number);
      out.writeSigned(-number);
      out.writeLong(number);
      out.writeByte((byte) number);
    }
    ByteReader in = new ByteReader(out.toBytes());
    for (long number : numbers) {
      assertThat(in.readSigned()).isEqualTo(number);
      assertThat(in.readSigned()).isEqualTo(-number);
      assertThat(in.readLong()).isEqualTo(number);
      assertThat(in.readByte()).isEqualTo((byte) number);
    }
  }

  /**
   * Both ends of every number of bits, and some between; short ones last, where no word is left.
   */
  private static List<Long> numbers() {
    SplittableRandom random = new SplittableRandom(1);
    List<Long> numbers = new ArrayList<>();
    for (int bits = 63; bits >= 0; bits--) {
      numbers.add((1L << bits) - 1);
      numbers.add(1L << bits);
      for (int i = 0; i < 20; i++) {
        numbers.add(random.nextLong() >>> bits);
      }
    }
    numbers.add(-1L);
    numbers.add(5L);
    return numbers;
  }

  private static void writeLeb128(long number, ByteArrayOutputStream out) {
    long rest = number;
    while (rest >>> 7 != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
