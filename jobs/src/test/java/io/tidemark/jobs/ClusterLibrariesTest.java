package io.tidemark.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterLibrariesTest {
  private static final Predicate<String> ONNX = path -> path.contains("onnxruntime");
  private static final Predicate<String> RUNTIME =
      path -> path.contains("deploy/runtime") || path.contains("tidemark-runtime");

  /** The whole job, as the client of a Flink whose lib/ has only what Flink brings. */
  @Test
  void scoringJobSaysWhatLibLacksThoughItCannotBeLinked() throws Exception {
    try (URLClassLoader flink = classes(ONNX.or(RUNTIME).negate(), null)) {
      Class<?> job = flink.loadClass(ScoringJob.class.getName());

      assertThatThrownBy(
              () -> job.getMethod("main", String[].class).invoke(null, (Object) new String[0]))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .satisfies(
              refusal ->
                  assertThat(refusal.getClass().getSimpleName())
                      .isEqualTo("ProgramParametrizationException"))
          .hasMessage(
              "Flink's lib/ lacks ONNX Runtime: put onnxruntime-*.jar there, on the client, the job"
                  + " manager and every task manager, and start them again\n"
                  + "Flink's lib/ lacks Tidemark's runtime: put tidemark-runtime-*.jar there, on"
                  + " the client, the job manager and every task manager, and start them again");
    }
  }

  @Test
  void libraryThatOnlyTheJobsJarHasIsLackingInLib() throws Exception {
    try (URLClassLoader flink = classes(ONNX.negate(), null);
        URLClassLoader job = classes(ONNX, flink)) {
      assertThatThrownBy(() -> ClusterLibraries.requireForScoring(flink, job))
          .isInstanceOf(SubmissionRefusedException.class)
          .hasMessageStartingWith("Flink's lib/ lacks ONNX Runtime: ")
          .hasMessageNotContaining("tidemark-runtime");
    }
  }

  @Test
  void secondCopyInTheJobsJarIsRefused() throws Exception {
    try (URLClassLoader flink = classes(path -> true, null);
        URLClassLoader job = classes(ONNX, null)) {
      assertThatThrownBy(() -> ClusterLibraries.requireForScoring(flink, joined(job, flink)))
          .isInstanceOf(SubmissionRefusedException.class)
          .hasMessage(
              "ONNX Runtime is in the job's jar too, and would be loaded twice: leave it out of"
                  + " the jar, onnxruntime-*.jar in Flink's lib/ is enough");
    }
  }

  @Test
  void completeLibPasses() throws Exception {
    try (URLClassLoader flink = classes(path -> true, null);
        URLClassLoader job = new URLClassLoader(new URL[0], flink)) {
      ClusterLibraries.requireForScoring(flink, job);
    }
  }

  /** Asks the job's own jar first, as Flink does. */
  private static ClassLoader joined(ClassLoader first, ClassLoader second) {
    return new ClassLoader(null) {
      @Override
      protected Class<?> findClass(String name) throws ClassNotFoundException {
        try {
          return first.loadClass(name);
        } catch (ClassNotFoundException e) {
          return second.loadClass(name);
        }
      }
    };
  }

  /** A loader of that part of this test's class path. */
  private static URLClassLoader classes(Predicate<String> part, @Nullable ClassLoader parent)
      throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    URL[] urls =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(part)
            .map(ClusterLibrariesTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, parent == null ? ClassLoader.getPlatformClassLoader() : parent);
  }

  private static URL url(String path) {
    try {
      return new File(path).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(path, e);
    }
  }
}
