package io.tidemark.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.cli.OnnxBytes;
import io.tidemark.contract.Contracts;
import io.tidemark.contract.FeatureRef;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.MissingPolicy;
import io.tidemark.contract.ModelContract;
import io.tidemark.contract.ScoreOutput;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.TensorInput;
import io.tidemark.contract.TensorType;
import io.tidemark.contract.TopicUri;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.ModelStamp;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.RateLimitedSource;
import io.tidemark.jobs.event.RecordTypeInfo;
import io.tidemark.jobs.event.Score;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.score.AsynchronousScoring;
import io.tidemark.jobs.score.ScoringModels;
import io.tidemark.jobs.sink.LineFileSink;
import io.tidemark.jobs.sink.LineFormat;
import io.tidemark.runtime.ProviderChoice;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job whose records are stamped, every third one with a later version that did not travel with
 * it; what each got stands in a file, once.
 */
final class StampedScoring {
  static final int RECORDS = 1_200;

  /** What the versions add to the largest feature. */
  static final float OWN = 0.25f;

  static final float LATER = 0.5f;

  private static final int RECORDS_PER_SECOND = 200;
  private static final int COLUMNS = 15;

  /** So large that all records may wait at once and none holds up a checkpoint. */
  private static final int MAX_ROWS = RECORDS;

  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");

  private StampedScoring() {}

  static void define(StreamExecutionEnvironment env, ModelStamp later, String file)
      throws Exception {
    byte[] model = OnnxBytes.adding(OWN);
    env.fromSource(
            new RateLimitedSource<>(new NumberSequenceSource(0, RECORDS - 1), RECORDS_PER_SECOND),
            WatermarkStrategy.noWatermarks(),
            "numbers",
            Types.LONG)
        .uid("numbers")
        .map(new Stamped(later))
        .returns(RecordTypeInfo.FEATURE_VECTOR)
        .uid("stamped")
        .transform(
            "score",
            RecordTypeInfo.SCORE,
            AsynchronousScoring.of(
                ScoringModels.of(contract(model), model, ProviderChoice.CPU, false)))
        .uid("score")
        .sinkTo(new LineFileSink<>(file, new Line()))
        .uid("file");
  }

  static ModelStamp stamp(byte[] model, URI uri) throws Exception {
    return new ModelStamp("adding", "1.1.0", sha256(model), uri.toString(), "canary");
  }

  /** What the cluster has to have of this. */
  static List<Class<?>> classes() {
    return List.of(StampedScoring.class, Stamped.class, Line.class);
  }

  /** The line of a record. */
  static String expected(int record) {
    return record % 3 == 0
        ? line(record, "1.1.0", "SCORED", record + LATER)
        : line(record, "1.0.0", "SCORED", record + OWN);
  }

  private static String line(long record, String version, String outcome, double score) {
    return record + "," + version + "," + outcome + "," + score;
  }

  private static ModelContract contract(byte[] model) throws Exception {
    List<FeatureRef> features =
        IntStream.range(0, COLUMNS).mapToObj(i -> new FeatureRef(null, "f" + i)).toList();
    return new ModelContract(
        new Metadata("adding", new SemanticVersion(1, 0, 0), "tests", ""),
        new TopicUri("tx_events"),
        new ModelContract.Artifact("adding.onnx", sha256(model)),
        List.of(new TensorInput("features", TensorType.FLOAT32, features)),
        new ScoreOutput("probabilities", 1),
        Map.of(),
        null,
        MissingPolicy.DEFAULT,
        new ModelContract.Batch(MAX_ROWS, Duration.ofMillis(2)),
        Duration.ofSeconds(1),
        0.0);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** A vector whose largest feature is the record's number. */
  static final class Stamped extends RichMapFunction<Long, FeatureVector> {
    private static final long serialVersionUID = 1L;

    private final ModelStamp later;
    private final VectorColumns columns;
    private transient Event trigger;

    Stamped(ModelStamp later) {
      this.later = later;
      this.columns = new VectorColumns(IntStream.range(0, COLUMNS).mapToObj(i -> "f" + i).toList());
    }

    @Override
    public void open(OpenContext context) throws Exception {
      EventSchema schema =
          new EventSchema(Contracts.bundled().event(new TopicUri("tx_events")).orElseThrow());
      byte[] payment =
          """
          {"transaction_id": 1, "tx_datetime": "%s", "customer_id": "c", "terminal_id": "t",
           "amount": 1}"""
              .formatted(START)
              .getBytes(UTF_8);
      trigger =
          Objects.requireNonNull(
              new JsonEventDecoder(schema, Clock.systemUTC())
                  .decode(payment, new Origin("tx_events", 0, 0, 0))
                  .event());
    }

    @Override
    public FeatureVector map(Long record) {
      FeatureVector vector = FeatureVector.of(trigger, columns);
      for (int column = 0; column < COLUMNS; column++) {
        vector.set(column, column == 7 ? record.doubleValue() : -1, FeatureStatus.OK);
      }
      vector.stamp(record % 3 == 0 ? later : null);
      return vector;
    }
  }

  /** Number, version, outcome and score. */
  static final class Line implements LineFormat<Score> {
    private static final long serialVersionUID = 1L;

    @Override
    public String header() {
      return "";
    }

    @Override
    public void append(Score score, StringBuilder line) {
      line.append(
          line(
              (long) score.vector().value(7),
              score.modelVersion(),
              score.outcome().name(),
              score.value()));
    }
  }
}
