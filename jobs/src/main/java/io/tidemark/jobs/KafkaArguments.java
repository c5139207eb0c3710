package io.tidemark.jobs;

import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.RateLimitedSource;
import java.time.Duration;
import java.util.Objects;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every job that reads from and writes to Kafka. */
final class KafkaArguments {
  /** How often a record is written when a job recovers. */
  enum Delivery {
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    /** As users spell it. */
    @Override
    public String toString() {
      return this == AT_LEAST_ONCE ? "at-least-once" : "exactly-once";
    }
  }

  /** Where a bounded run ends. */
  enum Until {
    latest
  }

  @Option(
      names = "--bootstrap-servers",
      required = true,
      defaultValue = "${env:TIDEMARK_BOOTSTRAP_SERVERS}",
      paramLabel = "HOST:PORT",
      description =
          "Kafka brokers, separated by commas. Default: what TIDEMARK_BOOTSTRAP_SERVERS says.")
  private String bootstrapServers = "";

  @Option(
      names = "--group-id",
      paramLabel = "ID",
      description =
          "Consumer group. Default: tidemark-scoring-MODEL, or tidemark-features-EVENT and the"
              + " feature contracts that are named.")
  private @Nullable String groupId;

  @Option(
      names = "--until",
      paramLabel = "latest",
      description = "End at the offsets that are the latest when the job starts.")
  private @Nullable Until until;

  @Option(
      names = "--delivery",
      defaultValue = "at-least-once",
      paramLabel = "GUARANTEE",
      description =
          "at-least-once: records can be read at once, and after a failure some come twice with the"
              + " same key. exactly-once: in transactions, so that consumers with"
              + " isolation.level=read_committed see each once, when the next checkpoint is"
              + " complete. Holds for all of the job's topics. Default: ${DEFAULT-VALUE}.")
  private Delivery delivery = Delivery.AT_LEAST_ONCE;

  @Option(
      names = "--transactional-id-prefix",
      paramLabel = "PREFIX",
      description =
          "Begins the names of the job's transactions; no other running job may have it. Default:"
              + " tidemark-MODEL, or tidemark-features-EVENT and the feature contracts that are"
              + " named.")
  private @Nullable String transactionalIdPrefix;

  @Option(
      names = "--transaction-timeout",
      defaultValue = "PT15M",
      paramLabel = "DURATION",
      description =
          "How long a job may be down before the broker drops what it had written and not yet"
              + " committed; at most the brokers' transaction.max.timeout.ms. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration transactionTimeout = KafkaDelivery.DEFAULT_TRANSACTION_TIMEOUT;

  @Option(
      names = "--max-rate",
      paramLabel = "EVENTS_PER_SECOND",
      description =
          "Read no more events a second than this, over all subtasks: for a replay beside live jobs."
              + " Default: as fast as they come.")
  private @Nullable Integer maxRate;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  boolean isBounded() {
    return until != null;
  }

  /**
   * The source at the rate that is wanted.
   *
   * @throws ParameterException if that is no rate
   */
  <S extends SourceSplit, C> Source<Ingested, ?, ?> limited(Source<Ingested, S, C> source) {
    if (maxRate == null) {
      return source;
    }
    if (maxRate < 1) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--max-rate must be at least 1, but is " + maxRate);
    }
    return new RateLimitedSource<>(source, maxRate);
  }

  KafkaConnection connection(String defaultGroupId, String defaultTransactionalIdPrefix) {
    return new KafkaConnection(
        bootstrapServers,
        groupId == null ? defaultGroupId : groupId,
        isBounded(),
        switch (delivery) {
          case AT_LEAST_ONCE -> KafkaDelivery.atLeastOnce();
          case EXACTLY_ONCE ->
              KafkaDelivery.exactlyOnce(
                  transactionalIdPrefix == null
                      ? defaultTransactionalIdPrefix
                      : transactionalIdPrefix,
                  transactionTimeout);
        });
  }
}
