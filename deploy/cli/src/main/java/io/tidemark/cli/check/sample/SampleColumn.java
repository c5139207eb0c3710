package io.tidemark.cli.check.sample;

import io.tidemark.contract.FeatureRef;
import java.util.Comparator;

/** One number of a feature: of a major version, so that two of them can be told apart. */
record SampleColumn(String contract, int major, String name) {
  static final Comparator<SampleColumn> ORDER =
      Comparator.comparing(SampleColumn::contract)
          .thenComparing(SampleColumn::major)
          .thenComparing(SampleColumn::name);

  FeatureRef ref() {
    return new FeatureRef(contract, name);
  }
}
