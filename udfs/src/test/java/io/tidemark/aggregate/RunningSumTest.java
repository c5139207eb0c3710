package io.tidemark.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunningSumTest {
  @Test
  void roundingErrorIsExact() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      double a = value(random);
      double b = random.nextInt(10) == 0 ? -a : value(random);
      double exact =
          new BigDecimal(a).add(new BigDecimal(b)).subtract(new BigDecimal(a + b)).doubleValue();
      assertThat(RunningSum.roundingError(a, b, a + b)).as("%s + %s", a, b).isEqualTo(exact);
    }
  }

  /** Of either sign, and of magnitudes that overlap in all, some or none of their digits. */
  private static double value(SplittableRandom random) {
    return (random.nextDouble() - 0.5) * Math.pow(2, random.nextInt(-70, 70));
  }
}
