package io.tidemark.jobs.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.Event;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.FeatureStatus;
import io.tidemark.jobs.event.FeatureVector;
import io.tidemark.jobs.event.Ingested;
import io.tidemark.jobs.event.JsonEventDecoder;
import io.tidemark.jobs.event.Origin;
import io.tidemark.jobs.event.VectorColumns;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FeatureJsonTest {
  private static final EventSchema SCHEMA = new EventSchema(ShopDomain.event());
  private static final Window DAY = new Window.Trailing(Duration.ofDays(1));

  private static Feature feature(String name, FieldType type, Aggregate aggregate) {
    return new Feature(name, type, new WindowedAggregate(aggregate, DAY), null, null, null);
  }

  @Test
  void arrayIsWrittenAsOneWithTheWorstStatusOfItsElements() {
    ValueExpression amount = new ValueExpression.Field("amount");
    FeatureContract contract =
        new FeatureContract(
            new Metadata("by_shop", new SemanticVersion(1, 2, 3), "tests", ""),
            List.of("shop"),
            ShopDomain.event().topic(),
            List.of(
                feature("n", FieldType.INT, new Aggregate(AggregateKind.COUNT, null)),
                feature(
                    "last",
                    FieldType.DOUBLE,
                    new Aggregate(AggregateKind.LAST_K, List.of(2.0), amount, null)),
                feature(
                    "buckets",
                    FieldType.LONG,
                    new Aggregate(AggregateKind.HISTOGRAM, List.of(10.0), amount, null))));
    VectorColumns columns =
        new VectorColumns(
            List.of(
                "by_shop.n",
                "by_shop.last[0]",
                "by_shop.last[1]",
                "by_shop.buckets[0]",
                "by_shop.buckets[1]"));
    FeatureVector vector = FeatureVector.of(event(), columns);
    vector.set(0, 3, FeatureStatus.OK);
    vector.set(1, 2.5, FeatureStatus.OK);
    vector.set(2, Double.NaN, FeatureStatus.MISSING);
    vector.set(3, 1, FeatureStatus.OK);
    vector.set(4, 2, FeatureStatus.OK);

    String json = new String(new FeatureJson(SCHEMA, contract, columns).value(vector), UTF_8);

    assertThat(json)
        .contains("\"features\":{\"n\":3,\"last\":[2.5,null],\"buckets\":[1,2]}")
        .contains("\"statuses\":{\"n\":\"OK\",\"last\":\"MISSING\",\"buckets\":\"OK\"}")
        .endsWith("\"status\":\"MISSING\"}");
  }

  private static Event event() {
    Ingested ingested =
        new JsonEventDecoder(SCHEMA, Clock.systemUTC())
            .decode(
                "{\"id\":1,\"at\":\"2024-05-01T12:00:00Z\",\"shop\":4}".getBytes(UTF_8),
                new Origin("test", 0, 0, 0));
    return Objects.requireNonNull(ingested.event());
  }
}
