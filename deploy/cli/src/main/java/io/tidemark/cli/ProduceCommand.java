package io.tidemark.cli;

import io.tidemark.cli.topic.EventFeed;
import io.tidemark.cli.topic.Shift;
import io.tidemark.cli.topic.Topics;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.EventContract;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.EventSchema;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends files of events to a topic. */
@Command(
    name = "produce",
    description = {
      "Send files of events to their topic.",
      "Every event once and in event-time order, as JSON with the fields of the topic's contract,"
          + " keyed by the contract's id: the partitions get equal shares, each in order. Waits for a"
          + " broker that is away. Writes what was sent as one line of JSON to standard output."
    },
    footer = "  tidemark produce --topic tx_events --events payments.csv.gz --shift amount*1.5")
final class ProduceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BrokerPlace broker;

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "TOPIC",
      description = "Topic of an event contract.")
  private String topic = "";

  @Option(
      names = "--events",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "CSV files of events (gzip by name), each in event-time order.")
  private List<Path> events = List.of();

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "0",
      description = "Events per second; 0: as fast as the broker takes them. Default: 0.")
  private int rate;

  @Option(
      names = "--shift",
      paramLabel = "FIELD*X",
      description =
          "Change a numeric field of every event: FIELD*X, FIELD+X or FIELD-X. May stand several"
              + " times.")
  private List<String> shifts = List.of();

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description =
          "Folder of contracts. Without it: those of the checkout you are in, or else those that"
              + " are part of this program.")
  private @Nullable Path contracts;

  @Override
  public Integer call() throws Exception {
    EventFeed feed = feed(schema(ContractsFolder.read(contracts, spec)));
    String bootstrapServers = broker.bootstrapServers();
    new Topics(bootstrapServers).partitions(topic);
    PrintWriter err = spec.commandLine().getErr();
    EventFeed.Summary summary = feed.send(bootstrapServers, err);
    spec.commandLine().getOut().println(summary.json());
    spec.commandLine().getOut().flush();
    return CommandLine.ExitCode.OK;
  }

  private EventSchema schema(Contracts read) {
    return read.event(new TopicUri(topic))
        .map(EventSchema::new)
        .orElseThrow(
            () ->
                wrong(
                    "--topic "
                        + topic
                        + ": no event contract is for it. There are contracts for "
                        + read.events().stream()
                            .map(EventContract::topic)
                            .map(TopicUri::topic)
                            .toList()));
  }

  private EventFeed feed(EventSchema schema) {
    EventFiles.require(events, spec);
    List<Shift> parsed;
    try {
      parsed = shifts.stream().map(text -> Shift.parse(text, schema)).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("--shift: " + e.getMessage());
    }
    try {
      return new EventFeed(schema, events, rate, parsed);
    } catch (IllegalArgumentException e) {
      throw wrong("--" + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
