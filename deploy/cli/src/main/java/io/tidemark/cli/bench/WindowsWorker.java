package io.tidemark.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.util.ExceptionUtils;

/**
 * A forked JVM: reads the ids of cases, a line each, runs them one after another, answers a line
 * each, and ends with its input, which is also when its parent is killed.
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
    WindowsRun runs = new WindowsRun(Scale.parse(args[1]), Path.of(args[0]));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String id = in.readLine(); id != null; id = in.readLine()) {
      out.println(answer(runs, WindowsCase.valueOf(id.toUpperCase(Locale.ROOT))));
      out.flush();
    }
  }

  private static String answer(WindowsRun runs, WindowsCase theCase) {
    try {
      return MEASURED + runs.run(theCase).line();
    } catch (WrongAnswerException e) {
      return FAILED + e.getMessage();
    } catch (Exception | LinkageError e) {
      return FAILED + theCase.id() + ": " + ExceptionUtils.stringifyException(e).lines().limit(60).reduce("", (a, b) -> a + " | " + b);
    }
  }
}
