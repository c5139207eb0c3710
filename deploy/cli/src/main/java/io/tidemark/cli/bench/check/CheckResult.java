package io.tidemark.cli.bench.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.cli.bench.BenchResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

/**
 * How long checks took.
 *
 * @param contracts that were generated
 * @param heap that each check had
 */
public record CheckResult(int contracts, String heap, List<Case> cases) implements BenchResult {
  private static final int SCHEMA = 1;

  public CheckResult {
    cases = List.copyOf(cases);
  }

  /**
   * One command line.
   *
   * @param seconds of each round, from the start of the process to its end
   */
  public record Case(String name, List<Double> seconds) {
    public Case {
      seconds = List.copyOf(seconds);
    }

    double median() {
      double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int half = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    double longest() {
      return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }
  }

  @Override
  public void writeJson(Writer out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("schema", SCHEMA);
      json.writeNumberField("contracts", contracts);
      json.writeStringField("heap", heap);
      json.writeObjectFieldStart("cases");
      for (Case measured : cases) {
        json.writeObjectFieldStart(measured.name());
        json.writeNumberField("medianSeconds", measured.median());
        json.writeNumberField("longestSeconds", measured.longest());
        json.writeNumberField("rounds", measured.seconds().size());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    out.write('\n');
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%d contracts, %s%n", contracts, heap);
    out.printf("%-18s %10s %10s%n", "case", "median s", "longest s");
    for (Case measured : cases) {
      out.printf("%-18s %10.2f %10.2f%n", measured.name(), measured.median(), measured.longest());
    }
  }
}
