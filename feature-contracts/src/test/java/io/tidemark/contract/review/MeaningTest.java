package io.tidemark.contract.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
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
  void namesOfAFeatureSayNothing() throws Exception {
    Contracts base = ChangeCase.base();
    FeatureContract contract = base.feature("spending", 1).orElseThrow();
    EventContract event = base.event(contract.source()).orElseThrow();
    Feature fee = contract.feature("fee_7d").orElseThrow();
    Feature renamed =
        new Feature(
            "fees_7d",
            fee.type(),
            fee.definition(),
            fee.freshness(),
            fee.defaultValue(),
            fee.check(),
            "fee_7d");

    assertThat(Meaning.of(event, contract, renamed)).isEqualTo(Meaning.of(event, contract, fee));
  }

  @Test
  void hashIsThatOfTheText() {
    assertThat(Meaning.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
