package io.tidemark.cli.bench.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;

/**
 * A forked JVM: reads lines such as {@code load ASYNC MLP 100000} and {@code waiting ASYNC MLP
 * 30000.0 5.0}, answers a line each, and ends with its input, which is also when its parent is
 * killed.
 */
public final class ScoringWorker {
  static final String LOAD = "load";
  static final String WAITING = "waiting";
  static final String MEASURED = "measured ";
  static final String FAILED = "failed ";

  private ScoringWorker() {}

  /**
   * @param args how many rows are to differ
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    try (ScoringRuns runs = new ScoringRuns(Integer.parseInt(args[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answer(runs, line.split(" ")));
        out.flush();
      }
    }
  }

  private static String answer(ScoringRuns runs, String[] words) {
    ScoringCase theCase = ScoringCase.valueOf(words[1]);
    BenchModel model = BenchModel.valueOf(words[2]);
    try {
      return MEASURED
          + (words[0].equals(LOAD)
              ? runs.load(theCase, model, Long.parseLong(words[3])).line()
              : runs.waiting(
                      theCase, model, Double.parseDouble(words[3]), Double.parseDouble(words[4]))
                  .line());
    } catch (Exception | LinkageError e) {
      if (System.getenv("TIDEMARK_DEBUG") != null) {
        e.printStackTrace();
      }
      return FAILED + theCase.id() + " " + model.id() + ": " + rootCause(e);
    }
  }

  private static Throwable rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
