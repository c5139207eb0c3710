package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.drift.InvalidBaselineException;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.runtime.ProviderChoice;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.flink.client.program.ProgramParametrizationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command line of {@link ScoringJob}; contracts are read here, on the client. */
@Command(
    name = "ScoringJob",
    description = "Scores every trigger event of a model, from Kafka to Kafka.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ScoringArguments {
  /** The order of a live job; the third one, batch, is chosen by bounded runs themselves. */
  enum LiveOrder {
    arrival(EventOrder.ARRIVAL),
    eventTime(EventOrder.EVENT_TIME);

    private final EventOrder order;

    LiveOrder(EventOrder order) {
      this.order = order;
    }

    @Override
    public String toString() {
      return this == arrival ? "arrival" : "event-time";
    }
  }

  /** Where a bounded run ends. */
  enum Until {
    latest
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Name of the model contract.")
  private String model = "";

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "Kafka brokers, separated by commas.")
  private String bootstrapServers = "";

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description = "Folder of contracts to use instead of those in the jar.")
  private @Nullable Path contracts;

  @Option(
      names = "--order",
      converter = LiveOrderConverter.class,
      paramLabel = "ORDER",
      description =
          "arrival: lowest latency. event-time: the same answers under any interleaving."
              + " Default: arrival; with --until, event-time.")
  private @Nullable LiveOrder order;

  @Option(
      names = "--scores-topic",
      paramLabel = "TOPIC",
      description = "Where scores go. Default: NAME_scores.")
  private @Nullable String scoresTopic;

  @Option(
      names = "--group-id",
      paramLabel = "ID",
      description = "Consumer group. Default: tidemark-scoring-NAME.")
  private @Nullable String groupId;

  @Option(
      names = "--until",
      paramLabel = "latest",
      description = "End at the offsets that are the latest when the job starts.")
  private @Nullable Until until;

  @Option(
      names = "--history-since",
      paramLabel = "TIME",
      description =
          "Event time, such as 2026-01-01T00:00:00Z, since which the topic holds all events."
              + " Features that reach further back are marked as warming up. Default: now.")
  private Instant historySince = Instant.now();

  @Option(
      names = "--cache-mib",
      defaultValue = "64",
      paramLabel = "MIB",
      description =
          "Heap per subtask and entity for the state of keys used lately; 0: none. Default:"
              + " ${DEFAULT-VALUE}.")
  private long cacheMebibytes;

  @Option(
      names = "--provider",
      defaultValue = "AUTO",
      paramLabel = "PROVIDER",
      description = "What inference runs on: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ProviderChoice provider = ProviderChoice.AUTO;

  @Mixin private DriftArguments drift = new DriftArguments();

  /**
   * Runs the job, or prints the help that was asked for.
   *
   * @throws ProgramParametrizationException with a text for the user if the arguments, the
   *     contracts or the model cannot be used; never exits the process, which may be a cluster's
   */
  static void run(String[] args) throws Exception {
    CommandLine command = new CommandLine(new ScoringArguments());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    try {
      ParseResult parsed = command.parseArgs(args);
      if (CommandLine.executeHelpRequest(parsed) == null) {
        command.<ScoringArguments>getCommand().execute();
      }
    } catch (ParameterException e) {
      throw new ProgramParametrizationException(e.getMessage() + "\n" + command.getUsageMessage());
    } catch (InvalidContractsException
        | InvalidModelException
        | InvalidBaselineException
        | UnknownModelException e) {
      throw new ProgramParametrizationException(e.getMessage());
    }
  }

  private void execute() throws Exception {
    Contracts read = contracts == null ? Contracts.bundled() : Contracts.read(contracts);
    ScoringPlan plan = ScoringPlan.of(read, model);
    byte[] modelFile = read.readArtifact(plan.model());
    boolean bounded = until != null;
    KafkaTopics topics =
        new KafkaTopics(
            bootstrapServers,
            groupId == null ? "tidemark-scoring-" + model : groupId,
            scoresTopic == null ? model + "_scores" : scoresTopic,
            drift.topic(plan.model()),
            bounded);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    LiveOrder byDefault = bounded ? LiveOrder.eventTime : LiveOrder.arrival;
    EventOrder chosen = (order == null ? byDefault : order).order;
    ScoringJob.define(
        env,
        plan,
        modelFile,
        new ScoringSettings(chosen, historySince, false, provider, cacheMebibytes << 20, !bounded)
            .withDrift(drift.settings(read, plan.model())),
        topics.source(plan),
        topics.sinks(plan));
    env.execute("tidemark scoring: " + model);
  }

  private static final class LiveOrderConverter implements CommandLine.ITypeConverter<LiveOrder> {
    @Override
    public LiveOrder convert(String value) {
      for (LiveOrder order : LiveOrder.values()) {
        if (order.toString().equals(value)) {
          return order;
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected arrival or event-time but was '" + value + "'");
    }
  }
}
