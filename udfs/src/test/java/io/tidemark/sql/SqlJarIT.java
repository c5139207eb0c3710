package io.tidemark.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The functions as a user of SQL gets them: from the jar, and from nowhere else. */
class SqlJarIT {
  private static final Path JAR = Path.of(System.getProperty("tidemark.sql.jar"));

  private static void create(TableEnvironment sql, String name, String type) {
    sql.executeSql(
        "CREATE FUNCTION %s AS 'io.tidemark.sql.%s' USING JAR '%s'"
            .formatted(name, type, JAR.toUri()));
  }

  @Test
  void functionsAndTheirSketchesComeFromTheJar() throws Exception {
    for (String type :
        List.of("io.tidemark.sql.SumFunction", "org.apache.datasketches.hll.HllSketch")) {
      assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(type));
    }
    TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    sql.getConfig().set("parallelism.default", "2").set("state.backend.type", "rocksdb");
    create(sql, "exact_sum", "SumFunction");
    create(sql, "rank_quantile", "RankQuantileFunction");
    create(sql, "distinct_count", "DistinctFunction");
    create(sql, "top_values", "TopValuesFunction");
    create(sql, "text_code", "TextCodeFunction");

    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> answers =
        sql.executeSql(
                """
                SELECT exact_sum(v), rank_quantile(v, 0.5), distinct_count(s), top_values(v, 1),
                  text_code('') FROM (VALUES (1, 1e16, 'a'), (1, 1.0, 'b'), (1, 1.0, 'a'),
                  (1, -1e16, CAST(NULL AS STRING))) AS t(k, v, s) GROUP BY k
                """)
            .collect()) {
      answers.forEachRemaining(rows::add);
    }

    Row last = rows.get(rows.size() - 1);
    assertThat(last.getField(0)).isEqualTo(2.0);
    assertThat(last.getField(1)).isEqualTo(1.0);
    assertThat(last.getField(2)).isEqualTo(2L);
    assertThat((Double[]) last.getField(3)).containsExactly(1.0);
    assertThat(last.getField(4)).isEqualTo(0.0);
  }
}
