package io.tidemark.cli;

import io.tidemark.cli.topic.TopicLines;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the records of a topic to standard output. */
@Command(
    name = "consume",
    description = {
      "Write the values of a topic to standard output, one per line.",
      "From the beginning on, and on and on as more come. Ctrl-C ends it."
    },
    footer = "  tidemark consume --topic card_fraud_scores --until-idle PT10S")
final class ConsumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BrokerPlace broker;

  @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "What to read.")
  private String topic = "";

  @Option(
      names = "--read-uncommitted",
      description = "Also what transactions wrote that were never committed, or not yet.")
  private boolean readUncommitted;

  @Option(
      names = "--until-idle",
      paramLabel = "DURATION",
      description = "End when nothing has come for so long, such as PT10S.")
  private @Nullable Duration untilIdle;

  @Option(names = "--max", paramLabel = "N", description = "End after so many records.")
  private long most = Long.MAX_VALUE;

  @Override
  public Integer call() throws Exception {
    TopicLines lines = lines();
    lines.print(broker.bootstrapServers(), spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private TopicLines lines() {
    try {
      return new TopicLines(topic, !readUncommitted, untilIdle, most);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
    }
  }
}
