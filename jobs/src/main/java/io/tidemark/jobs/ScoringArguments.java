package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.event.EventOrder;
import io.tidemark.jobs.score.InvalidModelException;
import io.tidemark.runtime.ProviderChoice;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@link ScoringJob}; contracts are read here, on the client. */
@Command(
    name = "ScoringJob",
    description = "Scores every trigger event of a model, from Kafka to Kafka.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ScoringArguments implements Callable<Integer> {
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
      defaultValue = "arrival",
      converter = LiveOrderConverter.class,
      paramLabel = "ORDER",
      description =
          "arrival: lowest latency. event-time: the same answers under any interleaving."
              + " Default: ${DEFAULT-VALUE}.")
  private LiveOrder order = LiveOrder.arrival;

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
      names = "--provider",
      defaultValue = "AUTO",
      paramLabel = "PROVIDER",
      description = "What inference runs on: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ProviderChoice provider = ProviderChoice.AUTO;

  static int run(String[] args) {
    return new CommandLine(new ScoringArguments())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof InvalidContractsException
                  || failure instanceof InvalidModelException
                  || failure instanceof UnknownModelException) {
                command.getErr().println(failure.getMessage());
                return 1;
              }
              throw failure;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    Contracts read = contracts == null ? Contracts.bundled() : Contracts.read(contracts);
    ScoringPlan plan = ScoringPlan.of(read, model);
    byte[] modelFile = read.readArtifact(plan.model());
    boolean bounded = until != null;
    KafkaTopics topics =
        new KafkaTopics(
            bootstrapServers,
            groupId == null ? "tidemark-scoring-" + model : groupId,
            scoresTopic == null ? model + "_scores" : scoresTopic,
            bounded);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    ScoringJob.define(
        env,
        plan,
        modelFile,
        new ScoringSettings(order.order, false, provider, !bounded),
        topics.source(plan),
        topics.sinks(plan));
    env.execute("tidemark scoring: " + model);
    return 0;
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
