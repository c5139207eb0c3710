package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.event.RecordedMetrics;
import io.tidemark.runtime.BucketHistogram;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PublicationMetricsTest {

  @Test
  void everySeriesIsACounterOfTheContractAndExplained() throws IOException {
    RecordedMetrics recorded = new RecordedMetrics();
    PublicationMetrics metrics = new PublicationMetrics(recorded, "by_user");
    metrics.superseded.inc();

    assertThat(recorded.count("tidemark_features_superseded_total{contract=by_user}")).isEqualTo(1);
    assertThat(recorded.all().keySet())
        .hasSize(5)
        .allMatch(series -> series.endsWith("_total{contract=by_user}"));
    Properties help = new Properties();
    try (InputStream file = BucketHistogram.class.getResourceAsStream("series-help.properties")) {
      help.load(file);
    }
    assertThat(help.stringPropertyNames())
        .containsAll(
            recorded.all().keySet().stream()
                .map(series -> series.substring(0, series.indexOf('{')))
                .collect(Collectors.toSet()));
  }
}
