package io.tidemark.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contract.Aggregate;
import io.tidemark.contract.AggregateKind;
import io.tidemark.contract.EventField;
import io.tidemark.contract.Feature;
import io.tidemark.contract.FeatureContract;
import io.tidemark.contract.FeatureDefinition.WindowedAggregate;
import io.tidemark.contract.FieldType;
import io.tidemark.contract.Metadata;
import io.tidemark.contract.Pii;
import io.tidemark.contract.SemanticVersion;
import io.tidemark.contract.ValueExpression;
import io.tidemark.contract.Window;
import io.tidemark.jobs.ShopDomain;
import io.tidemark.jobs.event.EventSchema;
import io.tidemark.jobs.event.TestEvents;
import io.tidemark.jobs.event.VectorColumns;
import io.tidemark.jobs.history.delta.Column;
import io.tidemark.jobs.history.delta.ColumnType;
import io.tidemark.jobs.history.delta.TableSchema;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which columns the tables have. */
class HistoryColumnsTest {

  @Test
  void eventsHaveTheContractsFieldsAndPersonalOnesAsText() {
    assertThat(new EventRows(TestEvents.SCHEMA).schema().columns())
        .containsExactly(
            new Column("event_time", ColumnType.TIMESTAMP),
            new Column("ingested_at", ColumnType.TIMESTAMP),
            new Column("id", ColumnType.LONG),
            new Column("at", ColumnType.TIMESTAMP),
            new Column("customer", ColumnType.STRING),
            new Column("amount", ColumnType.DOUBLE),
            new Column("count", ColumnType.INTEGER),
            new Column("card", ColumnType.STRING),
            new Column("online", ColumnType.BOOLEAN),
            new Column("shop", ColumnType.STRING));
  }

  @Test
  void fieldsNamedLikeOurColumnsGetAnotherName() {
    EventSchema schema =
        TestEvents.schema(
            "date",
            "event_time",
            field("date", FieldType.LONG, null),
            field("event_time", FieldType.TIMESTAMP, null),
            field("Date", FieldType.STRING, null),
            field("a.b", FieldType.LONG, null));

    assertThat(new EventRows(schema).schema().columns())
        .extracting(Column::name)
        .containsExactly("event_time", "ingested_at", "date_", "event_time_", "Date__", "a__b");
  }

  @Test
  void arrayIsAColumnPerElement() {
    Aggregate last =
        new Aggregate(
            AggregateKind.LAST_K, List.of(2.0), new ValueExpression.Field("amount"), null);
    Feature feature =
        new Feature(
            "last",
            FieldType.DOUBLE,
            new WindowedAggregate(last, new Window.Lifetime()),
            null,
            null,
            null);
    FeatureContract contract =
        new FeatureContract(
            new Metadata("by_shop", new SemanticVersion(1, 0, 0), "tests", ""),
            List.of("shop"),
            ShopDomain.event().topic(),
            List.of(feature));
    VectorColumns columns = new VectorColumns(List.of("by_shop.last[0]", "by_shop.last[1]"));

    assertThat(
            new EntityRows(new EventSchema(ShopDomain.event()), contract, columns)
                .schema()
                .columns())
        .endsWith(
            new Column("last__0", ColumnType.DOUBLE), new Column("last__1", ColumnType.DOUBLE));
  }

  @Test
  void featuresAreNamedByContractAndTyped() {
    TableSchema table =
        new FeatureRows(
                ShopDomain.plan().schema(), ShopDomain.model(), ShopDomain.plan().columnTypes())
            .schema();

    assertThat(table.columns().subList(0, VectorHead.COLUMNS.size())).isEqualTo(VectorHead.COLUMNS);
    assertThat(table.columns())
        .contains(
            new Column("amount", ColumnType.DOUBLE),
            new Column("by_user__n_1h", ColumnType.LONG),
            new Column("by_shop__avg_1d", ColumnType.DOUBLE))
        .hasSize(VectorHead.COLUMNS.size() + 7);
  }

  @Test
  void personalFieldThatIsAnInputIsNoColumn() {
    EventSchema schema =
        TestEvents.schema(
            "id",
            "at",
            field("id", FieldType.LONG, null),
            field("at", FieldType.TIMESTAMP, null),
            field("amount", FieldType.DOUBLE, Pii.MASK));
    List<FieldType> types = ShopDomain.plan().columnTypes();

    assertThat(new FeatureRows(schema, ShopDomain.model(), types).schema().column("amount"))
        .isEmpty();
  }

  @Test
  void entitiesHaveTheirKeyAndTheContractsFeatures() {
    FeatureContract byPair = ShopDomain.features().get(0);

    assertThat(
            new EntityRows(ShopDomain.plan().schema(), byPair, VectorColumns.of(ShopDomain.model()))
                .schema()
                .columns())
        .containsExactlyElementsOf(
            Stream.concat(
                    VectorHead.COLUMNS.stream(),
                    Stream.of(
                        new Column("contract_version", ColumnType.STRING),
                        new Column("user", ColumnType.STRING),
                        new Column("shop", ColumnType.LONG),
                        new Column("n_1h", ColumnType.LONG)))
                .toList());
  }

  private static EventField field(String name, FieldType type, @Nullable Pii pii) {
    return new EventField(name, type, false, null, null, pii);
  }
}
