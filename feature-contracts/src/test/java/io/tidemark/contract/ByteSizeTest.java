package io.tidemark.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({"512B, 512", "64KiB, 65536", "1MiB, 1048576", "2GiB, 2147483648"})
  void sizeIsReadAndWritten(String text, long bytes) {
    assertThat(ByteSize.parse(text)).contains(new ByteSize(bytes));
    assertThat(new ByteSize(bytes)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "64KB", "64 KiB", "-1KiB", "1.5MiB", "9999999999B"})
  void anythingElseIsNone(String text) {
    assertThat(ByteSize.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"64, 64B", "64k, 64KiB", "64 KB, 64KiB", "1mb, 1MiB", "0, 64KiB", "much, 64KiB"})
  void whatWasProbablyMeantIsProposed(String text, String guess) {
    assertThat(ByteSize.guess(text)).isEqualTo(guess);
  }

  @ParameterizedTest
  @CsvSource({"1, 1B", "9999, 9999B", "10000, 10KiB", "110007, 108KiB", "99999999, 96MiB"})
  void sizeIsRoundedUpToWhatOneReads(long bytes, String text) {
    assertThat(ByteSize.roundedUp(bytes)).hasToString(text);
    assertThat(ByteSize.roundedUp(bytes).bytes()).isGreaterThanOrEqualTo(bytes);
  }
}
