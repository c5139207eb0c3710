package io.tidemark.jobs;

import java.util.List;

/**
 * The libraries that belong in Flink's {@code lib/} and not in a job's jar: they hold native code,
 * sessions and threads, of which there is one per process. Submitting a job tells whether the
 * client's Flink has them, which is the cluster's where both are set up alike.
 */
final class ClusterLibraries {
  private static final List<Library> SCORING =
      List.of(
          new Library("ONNX Runtime", "onnxruntime-*.jar", "ai.onnxruntime.OrtEnvironment"),
          new Library(
              "Tidemark's runtime",
              "tidemark-runtime-*.jar",
              "io.tidemark.runtime.SessionRegistry"));

  private static final List<Library> HISTORY =
      List.of(
          new Library(
              "Hadoop's client", "hadoop-client-api-*.jar", "org.apache.hadoop.fs.FileSystem"),
          new Library(
              "what Hadoop's client stands on",
              "hadoop-client-runtime-*.jar",
              "org.apache.hadoop.shaded.com.ctc.wstx.stax.WstxInputFactory"));

  private ClusterLibraries() {}

  private record Library(String name, String jar, String type) {}

  /**
   * Requires what a scoring job needs; called before any class is used that needs it.
   *
   * @param flink loader of Flink's own classes, which lie in {@code lib/} too
   * @param job loader of the job's classes
   */
  static void requireForScoring(ClassLoader flink, ClassLoader job)
      throws SubmissionRefusedException {
    require(SCORING, flink, job);
  }

  /** Requires what a job needs that keeps a history; otherwise as for scoring. */
  static void requireForHistory(ClassLoader flink, ClassLoader job)
      throws SubmissionRefusedException {
    require(HISTORY, flink, job);
  }

  private static void require(List<Library> libraries, ClassLoader flink, ClassLoader job)
      throws SubmissionRefusedException {
    List<String> problems =
        libraries.stream()
            .map(library -> problem(library, flink, job))
            .filter(p -> !p.isEmpty())
            .toList();
    if (!problems.isEmpty()) {
      throw new SubmissionRefusedException(problems);
    }
  }

  private static String problem(Library library, ClassLoader flink, ClassLoader job) {
    Class<?> inLib;
    try {
      inLib = Class.forName(library.type, false, flink);
    } catch (ClassNotFoundException e) {
      return "Flink's lib/ lacks "
          + library.name
          + ": put "
          + library.jar
          + " there, on the client, the job manager and every task manager, and start them again";
    }
    try {
      if (Class.forName(library.type, false, job) == inLib) {
        return "";
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("A job's loader asks Flink's for what it lacks itself", e);
    }
    return library.name
        + " is in the job's jar too, and would be loaded twice: leave it out of the jar, "
        + library.jar
        + " in Flink's lib/ is enough";
  }
}
