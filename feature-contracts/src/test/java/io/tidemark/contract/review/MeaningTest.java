package io.tidemark.contract.review;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeaningTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '`',
      value = {
        "amount > 1.0|amount>1.0",
        "  a  in [ 1, 2 ]|a in[1,2]",
        "name == \"a  b\"|name==\"a  b\"",
        "name == 'it\\'s  so'  && x|name=='it\\'s  so'&&x"
      })
  void blanksBetweenPartsOfAnExpressionSayNothing(String written, String meant) {
    assertThat(Meaning.expression(written)).isEqualTo(meant);
  }

  @Test
  void hashIsThatOfTheText() {
    assertThat(Meaning.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
