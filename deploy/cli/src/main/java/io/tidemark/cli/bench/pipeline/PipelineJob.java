package io.tidemark.cli.bench.pipeline;

import io.tidemark.cli.flink.LocalFlink;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.ModelContract;
import io.tidemark.jobs.KafkaTopics;
import io.tidemark.jobs.ScoringHistory;
import io.tidemark.jobs.ScoringJob;
import io.tidemark.jobs.ScoringPlan;
import io.tidemark.jobs.ScoringSettings;
import io.tidemark.jobs.drift.Baseline;
import io.tidemark.jobs.drift.DriftSettings;
import io.tidemark.jobs.score.ServedModel;
import io.tidemark.runtime.ProviderChoice;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job's process: a task manager and a job manager as {@link LocalFlink} starts them, with
 * RocksDB and a checkpoint every ten seconds, and the scoring job of {@link #MODEL} in two
 * subtasks, at least once.
 */
public final class PipelineJob {
  /** The bundled model: a hundred trees. */
  static final String MODEL = "card_fraud";

  private static final int PARALLELISM = 2;

  private PipelineJob() {}

  /** The name of the topic that a case's scores go to. */
  static String scoresTopic(PipelineCase theCase) {
    return "scores_" + theCase.id();
  }

  /**
   * Says for each byte of standard input what its JVM has done, see {@link JvmWork}. Ends with
   * standard input, which is also when its parent is killed.
   *
   * @param args the brokers, the name of the case, a folder for tables
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    PipelineCase theCase = PipelineCase.valueOf(args[1]);
    Contracts contracts = Contracts.bundled();
    ScoringPlan plan = ScoringPlan.of(contracts, MODEL);
    KafkaTopics topics = new KafkaTopics(args[0], theCase.id(), scoresTopic(theCase), false);
    try (LocalFlink flink = LocalFlink.create()) {
      StreamExecutionEnvironment env = flink.environment(PARALLELISM);
      ScoringJob.define(
          env,
          plan,
          ServedModel.read(contracts, plan.model()),
          ScoringSettings.live(theCase.order(), ScoringSettings.ALL_HISTORY, ProviderChoice.CPU)
              .withDrift(drift(contracts, plan.model())),
          topics.source(plan),
          topics
              .sinks(plan)
              .withHistory(
                  theCase.keepsHistory() ? ScoringHistory.in(args[2], plan) : ScoringHistory.NONE));
      JobClient job = flink.submit(env, "benchmark: " + theCase.id());
      AtomicBoolean ending = new AtomicBoolean();
      var unused =
          job.getJobExecutionResult()
              .whenComplete(
                  (result, failure) -> {
                    if (!ending.get()) {
                      System.err.println("the job ended: " + failure);
                      Runtime.getRuntime().halt(1);
                    }
                  });
      out.println(ForkedMain.READY + theCase.id());
      out.flush();
      while (System.in.read() >= 0) {
        out.println(JvmWork.own().line());
        out.flush();
      }
      ending.set(true);
    }
    System.exit(0);
  }

  /** As a job measures it unless told otherwise. */
  private static DriftSettings drift(Contracts contracts, ModelContract model) throws Exception {
    byte[] baseline = contracts.readBaseline(model).orElseThrow();
    return new DriftSettings(
        List.of(Baseline.read(baseline, model)),
        DriftSettings.WEEK,
        DriftSettings.MONDAY,
        DriftSettings.DEFAULT_MINIMUM_SAMPLE);
  }
}
