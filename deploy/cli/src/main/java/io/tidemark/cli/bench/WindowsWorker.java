package io.tidemark.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A forked JVM: reads lines with the id of a case and for how many nanoseconds to measure it,
 * answers a line each, and ends with its input, which is also when its parent is killed.
 */
public final class WindowsWorker {
  static final String MEASURED = "measured ";
  static final String FAILED = "failed ";

  private WindowsWorker() {}

  /**
   * @param args the folder of the tapes, then the scale
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    try (WindowsRun runs = new WindowsRun(Scale.parse(args[1]), Path.of(args[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        WindowsCase theCase = WindowsCase.valueOf(words[0].toUpperCase(Locale.ROOT));
        out.println(answer(runs, theCase, Long.parseLong(words[1])));
        out.flush();
      }
    }
  }

  private static String answer(WindowsRun runs, WindowsCase theCase, long nanos) {
    try {
      return MEASURED + runs.run(theCase, nanos).line();
    } catch (WrongAnswerException e) {
      return FAILED + e.getMessage();
    } catch (Exception | LinkageError e) {
      if (System.getenv("TIDEMARK_DEBUG") != null) {
        e.printStackTrace();
      }
      return FAILED + theCase.id() + ": " + rootCause(e);
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
