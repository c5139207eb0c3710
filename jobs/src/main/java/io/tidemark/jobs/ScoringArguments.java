package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaPreflight.Topic;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.runtime.ProviderChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@link ScoringJob}; contracts are read here, on the client. */
@Command(
    name = "ScoringJob",
    description = "Scores every trigger event of a model, from Kafka to Kafka.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ScoringArguments implements JobArguments {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Name of the model contract.")
  private String model = "";

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description = "Folder of contracts to use instead of those in the jar.")
  private @Nullable Path contracts;

  @Option(
      names = "--scores-topic",
      paramLabel = "TOPIC",
      description = "Where scores go. Default: NAME_scores.")
  private @Nullable String scoresTopic;

  @Option(
      names = "--provider",
      defaultValue = "AUTO",
      paramLabel = "PROVIDER",
      description = "What inference runs on: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ProviderChoice provider = ProviderChoice.AUTO;

  @Option(
      names = "--scoring-mode",
      converter = ScoringModeConverter.class,
      defaultValue = "async",
      paramLabel = "MODE",
      description =
          "async: the model runs beside the task and keeps its deadline. sync: it runs in the task,"
              + " which costs less where only the CPU infers. Both give the same scores. Default:"
              + " ${DEFAULT-VALUE}.")
  private ScoringMode scoringMode = ScoringMode.ASYNC;

  @Option(
      names = "--warm",
      split = ",",
      paramLabel = "NAME[@MAJOR]",
      description =
          "Feature contracts whose state is kept beside what the model reads, separated by commas:"
              + " a model that takes their features can be served next without a gap.")
  private List<String> warm = List.of();

  @Mixin private final DriftArguments drift = new DriftArguments();

  @Mixin private final HistoryArguments history = new HistoryArguments();

  @Mixin private final KafkaArguments kafka = new KafkaArguments();

  @Mixin private final WindowArguments windows = new WindowArguments();

  @Override
  public void execute() throws Exception {
    Contracts read = contracts == null ? Contracts.bundled() : Contracts.read(contracts);
    ScoringPlan plan = ScoringPlan.of(read, model).warming(read, warm);
    ServedModel served = ServedModel.read(read, plan.model());
    DriftSettings measured = drift.settings(read, plan.model());
    ScoringHistory tables = history.tables(plan);
    KafkaConnection connection = kafka.connection("tidemark-scoring-" + model, "tidemark-" + model);
    KafkaTopics topics =
        new KafkaTopics(
            connection,
            scoresTopic == null ? model + "_scores" : scoresTopic,
            drift.topic(plan.model()));
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Restoration.plan(env.getConfiguration(), plan.features())
        .ifPresent(restored -> restored.lines().forEach(System.out::println));
    KafkaPreflight.require(
        connection,
        Stream.concat(
                Topic.of(plan.schema().contract()).stream(),
                Stream.of(topics.scoresTopic(), topics.driftTopic())
                    .filter(Objects::nonNull)
                    .map(Topic::plain))
            .toList(),
        env.getCheckpointConfig());
    ScoringJob.define(
        env,
        plan,
        served,
        ScoringSettings.of(windows.settings(kafka.isBounded()), provider)
            .withMode(scoringMode)
            .withDrift(measured),
        kafka.limited(topics.source(plan)),
        topics.sinks(plan).withHistory(tables));
    env.execute("tidemark scoring: " + model);
  }

  private static final class ScoringModeConverter
      implements CommandLine.ITypeConverter<ScoringMode> {
    @Override
    public ScoringMode convert(String value) {
      for (ScoringMode mode : ScoringMode.values()) {
        if (mode.toString().equals(value)) {
          return mode;
        }
      }
      throw new CommandLine.TypeConversionException(
          "expected async or sync but was '" + value + "'");
    }
  }
}
