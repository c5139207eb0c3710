package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.contract.InvalidContractsException;
import io.tidemark.jobs.KafkaPreflight.Topic;
import io.tidemark.jobs.WarmUpArguments.WarmUp;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.runtime.ProviderChoice;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
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
  @Mixin private final ModelArguments models = new ModelArguments();

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description = "Folder of contracts to use instead of those in the jar.")
  private @Nullable Path contracts;

  @Option(
      names = "--scores-topic",
      paramLabel = "TOPIC",
      description =
          "Where scores go, those of several models too: each says which gave it. Default:"
              + " NAME_scores, a topic per model.")
  private @Nullable String scoresTopic;

  @Option(
      names = "--provider",
      defaultValue = "AUTO",
      paramLabel = "PROVIDER",
      description = "What inference runs on: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ProviderChoice provider = ProviderChoice.AUTO;

  @Option(
      names = "--model-memory-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description =
          "Size of the files of all versions of a model that a subtask keeps loaded; those unused"
              + " for longest make room. One that is larger is not used. In memory a model takes"
              + " up to three times its file. Default: ${DEFAULT-VALUE}.")
  private long modelMebibytes;

  @Mixin private final DriftArguments drift = new DriftArguments();

  @Mixin private final HistoryArguments history = new HistoryArguments();

  @Mixin private final KafkaArguments kafka = new KafkaArguments();

  @Mixin private final WindowArguments windows = new WindowArguments();

  @Mixin private final WarmUpArguments warmUp = new WarmUpArguments();

  @Override
  public void execute() throws Exception {
    Contracts read = contracts == null ? Contracts.bundled() : Contracts.read(contracts);
    List<ScoringPlan> plans = models.plans(read);
    ScoringPlan plan = plans.get(0);
    ServedModel served = served(read, plan);
    DriftSettings measured = drift.settings(read, plan.model(), !models.measuresDrift());
    ScoringHistory tables = history.tables(plan);
    String name = plan.model().metadata().name();
    KafkaConnection connection = kafka.connection("tidemark-scoring-" + name, "tidemark-" + name);
    KafkaTopics topics = topics(connection, plan);
    List<FurtherModel> further = new ArrayList<>();
    List<KafkaTopics> allTopics = new ArrayList<>(List.of(topics));
    for (ScoringPlan next : plans.subList(1, plans.size())) {
      KafkaTopics theirs = topics(connection, next);
      allTopics.add(theirs);
      further.add(
          theirs.further(
              next,
              served(read, next),
              drift.settings(read, next.model(), !models.measuresDrift()),
              history.tables(next, false)));
    }
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Restoration.plan(
            env.getConfiguration(),
            held -> RestorePlan.of(held, plans, models.mode(), models.measuresDrift()))
        .ifPresent(restored -> restored.lines().forEach(System.out::println));
    WarmUp warmedUp =
        warmUp.read(plan.schema(), Clock.systemUTC(), WarmUpArguments.isRestored(env));
    KafkaPreflight.require(
        connection,
        Stream.concat(
                Topic.of(plan.schema().contract(), warmedUp).stream(),
                allTopics.stream()
                    .flatMap(each -> Stream.of(each.scoresTopic(), each.driftTopic()))
                    .filter(Objects::nonNull)
                    .distinct()
                    .map(Topic::plain))
            .toList(),
        env.getCheckpointConfig());
    ScoringJob.define(
        env,
        plan,
        served,
        further,
        new ScoringSettings(windows.settings(kafka.isBounded(), warmedUp), false, provider)
            .withMode(models.mode())
            .withDrift(measured)
            .withModelBytes(modelMebibytes << 20),
        kafka.limited(topics.source(plan, warmedUp == null ? null : warmedUp.history())),
        topics.sinks(plan).withHistory(tables));
    env.execute("tidemark scoring: " + String.join(", ", models.names()));
  }

  private ServedModel served(Contracts contracts, ScoringPlan plan)
      throws InvalidContractsException, SubmissionRefusedException {
    ServedModel served = ServedModel.read(contracts, plan.model());
    if (served.file().length > modelMebibytes << 20) {
      throw new SubmissionRefusedException(
          "The file of model %s has %d bytes, more than the %d MiB of --model-memory-mib. Raise it"
              .formatted(plan.model().metadata().name(), served.file().length, modelMebibytes));
    }
    return served;
  }

  private KafkaTopics topics(KafkaConnection connection, ScoringPlan plan) {
    return new KafkaTopics(
        connection,
        scoresTopic == null ? plan.model().metadata().name() + "_scores" : scoresTopic,
        drift.topic(plan.model()));
  }
}
