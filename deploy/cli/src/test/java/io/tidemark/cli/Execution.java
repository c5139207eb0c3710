package io.tidemark.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a run of the command line in this JVM gave. */
record Execution(int exitCode, String out, String err) {
  static Execution of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Tidemark.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = command.execute(args);
    command.getOut().flush();
    command.getErr().flush();
    return new Execution(exitCode, out.toString(), err.toString());
  }
}
