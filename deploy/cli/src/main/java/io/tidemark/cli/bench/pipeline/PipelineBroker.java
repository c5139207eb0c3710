package io.tidemark.cli.bench.pipeline;

import io.tidemark.cli.broker.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintStream;

/** The broker's process. */
public final class PipelineBroker {
  private PipelineBroker() {}

  /** Ends with standard input, which is also when its parent is killed. */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      out.println(ForkedMain.READY + kafka.bootstrapServers());
      out.flush();
      while (System.in.read() >= 0) {
        // Nobody writes.
      }
    }
    System.exit(0); // Threads of its metrics serve the next broker of this JVM.
  }
}
