package io.tidemark.jobs;

import io.tidemark.contract.Contracts;
import io.tidemark.jobs.KafkaPreflight.Topic;
import io.tidemark.jobs.WarmUpArguments.WarmUp;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of {@link FeatureJob}; contracts are read here, on the client. */
@Command(
    name = "FeatureJob",
    description =
        "Publishes the latest features of every entity: of each feature contract NAME to the"
            + " compacted topic NAME_features, and keeps those of every event if asked to.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class FeatureArguments implements JobArguments {
  @Mixin private final FeatureContractArguments featureContracts = new FeatureContractArguments();

  @Option(
      names = "--contracts",
      paramLabel = "DIR",
      description = "Folder of contracts to use instead of those in the jar.")
  private @Nullable Path contracts;

  @Mixin private final FeatureHistoryArguments history = new FeatureHistoryArguments();

  @Mixin private final KafkaArguments kafka = new KafkaArguments();

  @Mixin private final WindowArguments windows = new WindowArguments();

  @Mixin private final WarmUpArguments warmUp = new WarmUpArguments();

  @Override
  public void execute() throws Exception {
    Contracts read = contracts == null ? Contracts.bundled() : Contracts.read(contracts);
    FeaturePlan plan = featureContracts.plan(read);
    FeatureHistory tables = history.tables(plan);
    String name = name(plan);
    KafkaConnection connection = kafka.connection(name, name);
    FeatureTopics topics = new FeatureTopics(connection);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Restoration.plan(env.getConfiguration(), held -> RestorePlan.of(held, plan))
        .ifPresent(restored -> restored.lines().forEach(System.out::println));
    WarmUp history = warmUp.read(plan.schema(), Clock.systemUTC(), WarmUpArguments.isRestored(env));
    KafkaPreflight.require(
        connection,
        Stream.concat(
                Topic.of(plan.schema().contract(), history).stream(),
                plan.contracts().stream().map(FeatureTopics::topic).map(Topic::compacted))
            .toList(),
        env.getCheckpointConfig());
    FeatureJob.define(
        env,
        plan,
        windows.settings(kafka.isBounded(), history),
        kafka.limited(topics.source(plan, history == null ? null : history.history())),
        topics.sinks(plan).withHistory(tables));
    env.execute("tidemark features: " + plan.schema().contract().metadata().name());
  }

  /**
   * Of the consumer group and of transactions, unless the user says otherwise: jobs that publish
   * other contracts of the same event have other offsets.
   */
  String name(FeaturePlan plan) {
    StringBuilder name = new StringBuilder("tidemark-features-");
    name.append(plan.schema().contract().metadata().name());
    if (!featureContracts.isEmpty()) {
      plan.contracts().forEach(contract -> name.append('-').append(contract.metadata().name()));
    }
    return name.toString();
  }
}
